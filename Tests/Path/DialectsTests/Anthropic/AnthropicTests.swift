import Bytes
import Exchange
import JSON
import TestSupport
import Testing

@testable import Anthropic
@testable import Dialects
@testable import Hub
@testable import OpenAI

@Suite struct AnthropicTests {
  private func event(_ json: String) throws -> StreamEvent { try StreamEvent(ByteSlice(json), in: .anthropic) }

  static let content: [(json: String, bytes: Int?)] = [
    ("{\"type\":\"ping\"}", nil),
    ("{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}", nil),
    ("{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"name\":\"get\"}}", 3),
    (
      "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"redacted_thinking\",\"data\":\"abcd\"}}",
      4
    ),
    ("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}", 5),
    (
      "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\"}}",
      4
    ),
    ("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}", 2),
    ("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"s3\"}}", 2),
    ("{\"type\":\"content_block_stop\",\"index\":0}", nil),
  ]

  @Test(arguments: content) func contentIsCountedInEveryKindOfBlock(_ row: (json: String, bytes: Int?)) throws {
    let event = try event(row.json)
    #expect(event.contentBytes == row.bytes)
    #expect(!event.isDone && !event.isError && !event.hasFinished)
    #expect(event.isIdle == row.json.contains("ping"))
  }

  @Test func usageAndModelStandInTheFirstEvent() throws {
    let text = ByteSlice(
      "{\"type\":\"message_start\",\"message\":{\"model\":\"claude-x\",\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}"
    )
    let event = try StreamEvent(text, in: .anthropic)
    #expect(event.usage != nil)
    #expect(event.names(text, otherThan: ByteSlice("\"gpt-4o\"")))
    var shown = ByteBuffer()
    event.append(text, showing: ByteSlice("\"gpt-4o\""), to: &shown)
    let result = String(shown.span)
    #expect(result.contains("\"model\":\"gpt-4o\""))
  }

  @Test func aStopReasonFinishesAndMessageStopEnds() throws {
    let delta = try event(
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}")
    #expect(delta.hasFinished && delta.usage != nil && !delta.isDone)
    #expect(try event("{\"type\":\"message_stop\"}").isDone)
    #expect(try event("{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}").isError)
  }

  @Test func anErrorHasAnthropicsShape() {
    let fault = Fault(
      party: .agent, status: 429, type: "insufficient_quota", code: "budget_exceeded", message: "No more.")
    #expect(
      text(Dialect.anthropic.body(of: fault, details: [("budget", "team")]))
        == "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"No more.\","
        + "\"code\":\"budget_exceeded\",\"budget\":\"team\"}}")
    #expect(
      text(Dialect.anthropic.event(of: fault, after: StreamTrail(), model: nil)).hasPrefix(
        "event: error\ndata: {\"type\":\"error\""))
  }

  @Test func anOpenBlockIsClosedBeforeTheMessage() throws {
    let request = try AnthropicRequest(ByteSlice("{\"model\":\"m\",\"stream\":true}"))
    let open = ByteSlice(
      "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}")
    let closed = ByteSlice("{\"type\":\"content_block_stop\",\"index\":2}")
    let usage = Usage(input: TokenCount(3), output: TokenCount(4))
    let end =
      "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\","
      + "\"stop_sequence\":null},\"usage\":{\"output_tokens\":4}}\n\nevent: message_stop\n"
      + "data: {\"type\":\"message_stop\"}\n\n"
    #expect(text(Dialect.anthropic.ending(after: closed, of: request, usage: usage)) == end)
    #expect(
      text(Dialect.anthropic.ending(after: open, of: request, usage: usage))
        == "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":2}\n\n" + end)
  }

  @Test func aChatStreamEndsWithLengthUsageAndDone() throws {
    let request = try OpenAIRequest(
      ByteSlice("{\"model\":\"m\",\"n\":2,\"stream\":true,\"stream_options\":{\"include_usage\":true}}"))
    let last = ByteSlice(
      "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":5,\"model\":\"m\",\"choices\":[]}")
    let usage = Usage(input: TokenCount(3), output: TokenCount(4))
    let common = "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":5,\"model\":\"m\","
    #expect(
      text(Dialect.openAI.ending(after: last, of: request, usage: usage))
        == common + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"},"
        + "{\"index\":1,\"delta\":{},\"finish_reason\":\"length\"}]}\n\n" + common
        + "\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}}\n\n"
        + "data: [DONE]\n\n")
  }
}
