import Bytes
import Exchange
import JSON
import TestSupport
import Testing

@testable import Dialects
@testable import Hub
@testable import OpenAI
@testable import Responses

@Suite struct ResponsesTests {
  private func event(_ data: String) throws -> StreamEvent { try StreamEvent(ByteSlice(data), in: .responses) }

  private func value(_ event: ByteSlice) throws -> JSONValue {
    let line = try #require(text(event).split(separator: "\n").first { $0.hasPrefix("data: ") })
    return try JSONValue.parse(line.dropFirst(6).utf8.span)
  }

  @Test func theOutputIsBoundUnderItsOwnName() throws {
    let request = try ResponsesRequest(ByteSlice(#"{"model":"m","input":"a","stream":true}"#))
    var changes = RequestChanges()
    changes.outputMax = TokenCount(9)
    changes.habits.outputMaxField = .maxOutputTokens
    let changed = try JSONValue.parse(ByteSlice(text(request.body(with: changes))).span)
    #expect(changed == ["model": "m", "input": "a", "stream": true, "max_output_tokens": 9])
    let bound = try ResponsesRequest(ByteSlice(#"{"max_output_tokens":20}"#))
    #expect(text(bound.body(with: changes)) == #"{"max_output_tokens":9}"#)
  }

  @Test func whatGrowsIsContent() throws {
    let grown = try event(#"{"type":"response.output_text.delta","delta":"abc","output_index":0}"#)
    #expect(grown.contentBytes == 3)
    #expect(!grown.isDone && !grown.hasFinished && !grown.isError)
    let arguments = try event(#"{"type":"response.function_call_arguments.delta","delta":"{}"}"#)
    #expect(arguments.contentBytes == 2)
    #expect(
      try event(#"{"type":"response.created","response":{"id":"x","model":"m","usage":null}}"#).contentBytes == nil)
    #expect(
      try event(#"{"type":"response.output_item.done","item":{"type":"function_call","name":"f"}}"#).contentBytes == 1)
    #expect(
      try event(#"{"type":"response.output_text.done","text":"abc"}"#).contentBytes == nil, "it was counted before")
  }

  @Test func theEndTellsUsageAndModel() throws {
    for type in ["response.completed", "response.incomplete"] {
      let data = #"{"type":"\#(type)","response":{"model":"gpt","output":[],"usage":{"input_tokens":1}}}"#
      let last = try event(data)
      #expect(last.isDone && last.hasFinished)
      #expect(last.usage != nil)
      var buffer = ByteBuffer()
      last.append(ByteSlice(data), showing: ByteSlice("\"mine\""), to: &buffer)
      #expect(String(buffer.span).contains(#""model":"mine""#))
    }
  }

  @Test(arguments: [
    #"{"type":"error","message":"boom"}"#, #"{"type":"response.failed","response":{"error":{"message":"boom"}}}"#,
    #"{"error":{"message":"boom"}}"#,
  ])
  func errorsAreToldApart(data: String) throws {
    let failed = try event(data)
    #expect(failed.isError)
    #expect(!failed.hasFinished)
  }

  @Test func aBudgetEndsTheStreamAsIncomplete() throws {
    let request = try ResponsesRequest(ByteSlice(#"{"model":"m","input":"a"}"#))
    let last = ByteSlice(#"{"type":"response.output_text.delta","sequence_number":7,"item_id":"msg_1","delta":"a"}"#)
    let ending = try value(
      Dialect.responses.ending(
        after: last, of: request, usage: Usage(input: TokenCount(3), output: TokenCount(4))))
    #expect(ending["type"] == "response.incomplete")
    #expect(ending["sequence_number"] == 8)
    #expect(ending["response"]?["incomplete_details"] == ["reason": "max_output_tokens"])
    #expect(ending["response"]?["usage"]?["total_tokens"] == 7)
    #expect(try event(#"{"type":"response.incomplete"}"#).isDone)
  }

  @Test func aFaultFailsTheResponseAndGoesOnCounting() throws {
    let fault = Fault(party: .provider, status: 502, type: "server_error", code: "cut", message: "It was cut.")
    var trail = StreamTrail()
    for data in [
      #"{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","created_at":5,"model":"theirs"}}"#,
      #"{"type":"response.output_text.delta","sequence_number":7,"item_id":"msg_1","delta":"a"}"#,
    ] { trail.passed(try event(data), ByteSlice(data)) }
    let told = try value(Dialect.responses.event(of: fault, after: trail, model: ModelName("mine")))
    #expect(told["type"] == "response.failed")
    #expect(told["sequence_number"] == 8)
    #expect(told["response"]?["id"] == "resp_1")
    #expect(told["response"]?["created_at"] == 5)
    #expect(told["response"]?["model"] == "mine")
    #expect(told["response"]?["status"] == "failed")
    #expect(told["response"]?["error"] == ["code": "cut", "message": "It was cut."])
    let first = try value(Dialect.responses.event(of: fault, after: StreamTrail(), model: nil))
    #expect(first["sequence_number"] == 0)
  }
}
