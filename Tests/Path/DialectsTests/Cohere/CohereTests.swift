import Bytes
import Exchange
import JSON
import TestSupport
import Testing

@testable import Cohere
@testable import Dialects
@testable import Hub

@Suite struct CohereTests {
  private func request(_ body: String, generates: Bool = true) throws(Fault) -> CohereRequest {
    try CohereRequest(ByteSlice(body), generates: generates)
  }

  static let bounds: [(given: String, sent: String)] = [
    (#"{"model":"m"}"#, #"{"max_tokens":50,"model":"n"}"#),
    (#"{"model":"m","max_tokens":null}"#, #"{"model":"n","max_tokens":50}"#),
    (#"{"model":"m","max_tokens":90}"#, #"{"model":"n","max_tokens":50}"#),
    (#"{"model":"m","max_tokens":40}"#, #"{"model":"n","max_tokens":40}"#),
  ]

  @Test(arguments: bounds) func aBoundIsLoweredOrAdded(_ row: (given: String, sent: String)) throws {
    var changes = RequestChanges()
    changes.model = ModelName("n")
    changes.outputMax = TokenCount(50)
    changes.addsStreamUsage = true
    #expect(text(try request(row.given).body(with: changes)) == row.sent)
  }

  @Test func whatTheAgentAskedIsRead() throws {
    let asked = try request(#"{"model":"m","stream":true,"max_tokens":7}"#)
    #expect(asked.model == ModelName("m") && asked.wantsStream && asked.outputMax == TokenCount(7))
    #expect(try request(#"{"model":"m","max_tokens":7}"#, generates: false).outputMax == nil)
  }

  @Test func whatIsWrongIsNamed() {
    func message(_ body: String) -> String {
      do throws(Fault) {
        _ = try request(body)
        return "accepted"
      } catch {
        return error.message
      }
    }
    #expect(message(#"{"model":7}"#) == "model must be a string.")
    #expect(message(#"{"stream":"yes"}"#) == "stream must be true or false.")
    #expect(message(#"{"max_tokens":0}"#) == "max_tokens must be an integer of at least 1.")
    #expect(
      message(#"{"model":"a","model":"b"}"#) == "model is given twice; providers would not agree which one counts.")
    #expect(message("[]").hasPrefix("The body is not a JSON object"))
  }

  @Test func textThoughtsPlansAndCallsAreContent() throws {
    func bytes(_ message: String) throws -> Int? {
      try StreamEvent(
        ByteSlice("{\"type\":\"x\",\"index\":0,\"delta\":{\"message\":\(message)}}"), in: .cohere
      ).contentBytes
    }
    #expect(try bytes(#"{"content":{"text":"Hello"}}"#) == 5)
    #expect(try bytes(#"{"content":{"thinking":"hm"}}"#) == 2)
    #expect(try bytes(#"{"tool_plan":"I call"}"#) == 6)
    #expect(try bytes(#"{"tool_calls":{"function":{"name":"f","arguments":"{}"}}}"#) == 3)
    #expect(try bytes(#"{"role":"assistant","content":[],"tool_plan":"","tool_calls":[]}"#) == nil)
    #expect(try bytes(#"{"citations":{"start":1}}"#) == nil)
  }

  @Test func aMessagesEndIsTheEndAndTellsItsUsage() throws {
    let end = try StreamEvent(
      ByteSlice(#"{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"tokens":{"input_tokens":1}}}}"#),
      in: .cohere)
    #expect(end.isDone && end.hasFinished && !end.isError && end.usage != nil)
    let failed = try StreamEvent(
      ByteSlice(#"{"type":"message-end","delta":{"finish_reason":"ERROR"}}"#), in: .cohere)
    #expect(failed.isError && !failed.hasFinished)
    #expect(try StreamEvent(ByteSlice(#"{"message":"it broke"}"#), in: .cohere).isError)
    #expect(try StreamEvent(ByteSlice("[DONE]"), in: .cohere).isDone)
    let more = try StreamEvent(ByteSlice(#"{"type":"content-end","index":0}"#), in: .cohere)
    #expect(!more.isDone && !more.isError && more.contentBytes == nil)
    #expect(throws: JSONError.self) { try StreamEvent(ByteSlice("5"), in: .cohere) }
  }

  @Test func aStreamIsEndedWithItsOpenPart() {
    let usage = Usage(input: TokenCount(3), output: TokenCount(4))
    let last = ByteSlice(#"{"type":"content-delta","index":2,"delta":{}}"#)
    #expect(
      text(CohereEnding.events(after: last, usage: usage))
        == "event: content-end\ndata: {\"type\":\"content-end\",\"index\":2}\n\n"
        + "event: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"MAX_TOKENS\",\"usage\":"
        + "{\"billed_units\":{\"input_tokens\":3,\"output_tokens\":4},\"tokens\":{\"input_tokens\":3,"
        + "\"output_tokens\":4}}}}\n\n")
    #expect(text(CohereEnding.events(after: ByteSlice(), usage: usage)).hasPrefix("event: message-end\n"))
  }

  @Test func anErrorIsAMessage() {
    let fault = Fault(
      party: .agent, status: 429, type: "insufficient_quota", code: "budget_exceeded", message: "No more.")
    #expect(
      text(Dialect.cohere.body(of: fault, details: [("budget", "team")]))
        == #"{"message":"No more.","type":"insufficient_quota","code":"budget_exceeded","budget":"team"}"#)
    #expect(
      text(Dialect.cohere.event(of: fault, after: StreamTrail(), model: nil))
        == "event: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"ERROR\",\"error\":"
        + "\"No more.\"}}\n\n")
  }

  @Test func usageStandsInUsageOrMeta() throws {
    let chat = try CohereAdapter().reply(
      ByteSlice(#"{"id":"c","usage":{"tokens":{"input_tokens":1}}}"#), to: .conversation)
    let embed = try CohereAdapter().reply(
      ByteSlice(#"{"id":"c","meta":{"billed_units":{"input_tokens":1}}}"#), to: .conversation)
    #expect(chat.usage != nil && embed.usage != nil)
  }
}
