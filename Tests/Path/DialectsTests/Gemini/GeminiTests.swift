import Bytes
import Exchange
import TestSupport
import Testing

@testable import Dialects
@testable import Gemini
@testable import Hub

@Suite struct GeminiTests {
  private func request(_ body: String) throws -> GeminiRequest {
    try GeminiRequest(ByteSlice(body), model: ModelName("gemini-2.5-pro"), wantsStream: false)
  }

  static let bounds: [(given: String, sent: String)] = [
    ("{}", "{\"generationConfig\":{\"maxOutputTokens\":50}}"),
    ("{\"generationConfig\":null}", "{\"generationConfig\":{\"maxOutputTokens\":50}}"),
    ("{\"generationConfig\":{}}", "{\"generationConfig\":{\"maxOutputTokens\":50}}"),
    ("{\"generationConfig\":{\"topK\":1}}", "{\"generationConfig\":{\"maxOutputTokens\":50,\"topK\":1}}"),
    ("{\"generationConfig\":{\"maxOutputTokens\":null}}", "{\"generationConfig\":{\"maxOutputTokens\":50}}"),
    ("{\"generationConfig\":{\"maxOutputTokens\":90}}", "{\"generationConfig\":{\"maxOutputTokens\":50}}"),
    ("{\"generationConfig\":{\"maxOutputTokens\":40}}", "{\"generationConfig\":{\"maxOutputTokens\":40}}"),
    ("{\"generation_config\":{\"max_output_tokens\":90}}", "{\"generation_config\":{\"max_output_tokens\":50}}"),
  ]

  @Test(arguments: bounds) func aBoundIsLoweredOrAddedWhereGeminiReadsIt(_ row: (given: String, sent: String)) throws {
    var changes = RequestChanges()
    changes.outputMax = TokenCount(50)
    #expect(text(try request(row.given).body(with: changes)) == row.sent)
  }

  @Test func whatTheAgentAskedIsRead() throws {
    let asked = try request("{\"generation_config\":{\"maxOutputTokens\":7,\"candidate_count\":3}}")
    #expect(asked.outputMax == TokenCount(7) && asked.choices == 3)
  }

  @Test func contentThoughtsAndCallsAreContent() throws {
    func event(_ part: String) throws -> StreamEvent {
      try StreamEvent(
        ByteSlice("{\"candidates\":[{\"content\":{\"parts\":[\(part)]}}],\"modelVersion\":\"g\"}"), in: .gemini)
    }
    #expect(try event("{\"text\":\"Hello\"}").contentBytes == 5)
    #expect(try event("{\"text\":\"hm\",\"thought\":true}").contentBytes == 2)
    #expect(try event("{\"functionCall\":{\"name\":\"f\",\"args\":{}}}").contentBytes == 20)
    #expect(try event("{\"text\":\"\"}").contentBytes == nil)
    #expect(try event("").contentBytes == nil)
  }

  @Test func aFinishReasonIsAnEndAndAnErrorAnError() throws {
    let last = try StreamEvent(
      ByteSlice("{\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"totalTokenCount\":3}}"), in: .gemini
    )
    #expect(last.hasFinished && last.usage != nil && !last.isDone && !last.isError)
    #expect(try StreamEvent(ByteSlice("{\"error\":{\"code\":503}}"), in: .gemini).isError)
  }

  @Test func anErrorIsAStatusOfGooglesAndSaysWhenToComeBack() {
    let fault = Fault(
      party: .agent, status: 429, type: "insufficient_quota", code: "budget_exceeded", message: "No more.")
    #expect(
      text(Dialect.gemini.body(of: fault, details: [("budget", "team"), ("retryAfterMs", 1500)]))
        == "{\"error\":{\"code\":429,\"message\":\"No more.\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":["
        + "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"budget_exceeded\",\"domain\":\"aigw\","
        + "\"metadata\":{\"budget\":\"team\",\"retryAfterMs\":1500}},"
        + "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"2s\"}]}}")
  }

  @Test func aStreamEndsWithMaxTokensAndItsUsage() throws {
    let end = Dialect.gemini.ending(
      after: ByteSlice("{\"responseId\":\"r\",\"modelVersion\":\"g\"}"), of: try request("{}"),
      usage: Usage(input: TokenCount(3), output: TokenCount(4)))
    #expect(
      text(end)
        == "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[]},\"finishReason\":\"MAX_TOKENS\",\"index\":0}],"
        + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":4,\"totalTokenCount\":7},"
        + "\"responseId\":\"r\",\"modelVersion\":\"g\"}\n\n")
  }
}
