import Bytes
import Exchange
import JSON
import Testing

@testable import Cohere

@Suite struct CohereUsageTests {
  private enum Name: String, FieldName { case usage }

  private func read(_ usage: String) throws -> Usage? {
    let text = ByteSlice("{\"usage\":\(usage)}")
    let field = try #require(try FieldScanner<Name>().scan(text.span)[.usage])
    return CohereUsage.read(text.span.extracting(field.value.range))
  }

  @Test func whatIsBilledCountsAndNotWhatWasSeen() throws {
    #expect(
      try read(
        """
        {"billed_units":{"input_tokens":5,"output_tokens":6.0},"tokens":{"input_tokens":500,"output_tokens":60},
         "cached_tokens":4}
        """) == Usage(input: TokenCount(5), output: TokenCount(6), cachedInput: TokenCount(4)))
    #expect(
      try read(#"{"tokens":{"input_tokens":500,"output_tokens":60},"cached_tokens":501}"#)
        == Usage(input: TokenCount(500), output: TokenCount(60)))
  }

  @Test func imagesThatAreEmbeddedAreInput() throws {
    #expect(
      try read(#"{"api_version":{"version":"2"},"billed_units":{"input_tokens":2,"image_tokens":30}}"#)
        == Usage(input: TokenCount(32)))
  }

  @Test func searchesAreNoTokens() throws {
    #expect(try read(#"{"billed_units":{"search_units":1}}"#) == nil)
    #expect(try read(#"{"billed_units":{"input_tokens":-1}}"#) == nil)
    #expect(try read(#"{"billed_units":{"input_tokens":"x","output_tokens":1.5}}"#) == nil)
    #expect(try read(#"{"billed_units":[]}"#) == nil)
  }
}
