import Bytes
import Exchange
import JSON
import TestSupport
import Testing

@testable import Bedrock

@Suite struct BedrockUsageTests {
  private enum Name: String, FieldName { case usage }

  private func read(_ usage: String) throws -> Usage? {
    let body = ByteSlice("{\"usage\":\(usage)}")
    let field = try #require(try FieldScanner<Name>().scan(body.span)[.usage])
    return BedrockUsage.read(body.span.extracting(field.value.range))
  }

  @Test func converseCountsItsCacheBesideTheInput() throws {
    var usage = Usage(
      input: TokenCount(55), output: TokenCount(7), cachedInput: TokenCount(20), cacheCreationInput: TokenCount(30))
    usage.longCacheCreationInput = TokenCount(18)
    #expect(
      try read(
        #"""
        {"inputTokens":5,"outputTokens":7,"totalTokens":12,"cacheReadInputTokens":20,"cacheWriteInputTokens":30,
        "cacheDetails":[{"ttl":"1h","inputTokens":18},{"ttl":"5m","inputTokens":12}]}
        """#) == usage)
    #expect(try read(#"{"inputTokens":5,"outputTokens":-7}"#) == Usage(input: TokenCount(5)))
    #expect(try read(#"{"totalTokens":5}"#) == nil)
  }

  @Test func anInvokedModelsMetricsAreUsage() throws {
    #expect(
      try read(#"{"inputTokenCount":5,"outputTokenCount":7,"invocationLatency":900,"firstByteLatency":300}"#)
        == Usage(input: TokenCount(5), output: TokenCount(7)))
  }

  @Test func anInvokedModelsReplySaysItInItsHead() throws {
    let fields = ["X-Amzn-Bedrock-Input-Token-Count: 5", "X-Amzn-Bedrock-Output-Token-Count: 7"]
    let head = try request("POST /", fields).head
    #expect(BedrockUsage.read(head) == Usage(input: TokenCount(5), output: TokenCount(7)))
    #expect(BedrockUsage.read(try request("POST /", ["X-Amzn-Bedrock-Input-Token-Count: many"]).head) == nil)
  }

  @Test func anthropicsThinkingIsReasoning() {
    let told = ByteSlice(#"{"input_tokens":5,"output_tokens":7,"output_tokens_details":{"thinking_tokens":3}}"#)
    let usage = BedrockAdapter().usage(in: told.span)
    #expect(usage?.reasoning == TokenCount(3))
  }
}
