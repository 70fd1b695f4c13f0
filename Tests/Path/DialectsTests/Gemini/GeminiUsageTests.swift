import Bytes
import Exchange
import JSON
import Testing

@testable import Gemini

@Suite struct GeminiUsageTests {
  private enum Name: String, FieldName { case usageMetadata }

  private func read(_ usage: String) throws -> Usage? {
    let text = ByteSlice("{\"usageMetadata\":\(usage)}")
    let field = try #require(try FieldScanner<Name>().scan(text.span)[.usageMetadata])
    return GeminiUsage.read(text.span.extracting(field.value.range))
  }

  @Test func thoughtsAreOutputAndToolResultsAreInput() throws {
    let usage = try read(
      """
      {"promptTokenCount":8,"toolUsePromptTokenCount":30,"candidatesTokenCount":3,"thoughtsTokenCount":4,
       "totalTokenCount":45,"cachedContentTokenCount":6}
      """)
    #expect(
      usage
        == Usage(
          input: TokenCount(38), output: TokenCount(7), reportedTotal: TokenCount(45), cachedInput: TokenCount(6),
          reasoning: TokenCount(4)))
  }

  @Test func soundIsToldApart() throws {
    let usage = try read(
      """
      {"promptTokenCount":108,"candidatesTokenCount":50,"totalTokenCount":158,
       "promptTokensDetails":[{"modality":"TEXT","tokenCount":8},{"modality":"AUDIO","tokenCount":100}],
       "candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":50}]}
      """)
    #expect(usage?.input == TokenCount(108))
    #expect(usage?.audioInput == TokenCount(100))
    #expect(usage?.audioOutput == TokenCount(50))
  }

  @Test(arguments: [
    "null", "{}", "[]", "[3]", "[{}]", "[{\"modality\":\"AUDIO\"}]", "[{\"modality\":\"AUDIO\",\"tokenCount\":-1}]",
    "[{\"modality\":\"TEXT\",\"tokenCount\":8}]", "[{\"modality\":3,\"tokenCount\":8}]",
  ])
  func detailsThatSayNothingOfSoundLeaveItAbsent(_ details: String) throws {
    let usage = try read("{\"promptTokenCount\":8,\"promptTokensDetails\":\(details)}")
    #expect(usage == Usage(input: TokenCount(8)))
  }

  @Test func whatReportsNoTokensIsNoReport() throws {
    #expect(try read("{\"thoughtsTokenCount\":-4}") == nil)
    #expect(try read("{\"promptTokensDetails\":[]}") == nil)
  }
}
