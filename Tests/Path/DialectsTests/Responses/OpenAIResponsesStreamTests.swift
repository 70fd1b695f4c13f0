import Bytes
import Conversation
import Exchange
import JSON
import TestSupport
import Testing

@testable import Dialects
@testable import Hub
@testable import Responses

@Suite struct OpenAIResponsesStreamTests {
  private func read(_ stream: String, size: Int = .max) throws -> [AnswerEvent] {
    try eventsRead(by: OpenAIResponses.reader(), from: ByteSlice(stream), size: size)
  }

  private func event(_ type: String, _ members: String = "") -> String {
    "event: \(type)\ndata: {\"type\":\"\(type)\",\"sequence_number\":1\(members.isEmpty ? "" : "," + members)}\n\n"
  }

  private var created: String { event("response.created", #""response":{"id":"x","model":"m","created_at":7}"#) }

  private func written(_ events: [AnswerEvent]) -> String {
    var writer = OpenAIResponses.writer(for: Conversation(model: "m"))
    var buffer = ByteBuffer()
    for event in events { writer.write(event, to: &buffer) }
    return String(buffer.span)
  }

  @Test func aStreamIsReadAsItWasWritten() throws {
    for origin in [Signature.Origin.claude, .gemini, .openAI] {
      var generator = ConversationGenerator(seed: 61, signatures: origin)
      for _ in 0..<60 {
        var answer = generator.answer()
        answer.usage = answer.usage?.spelledOut
        answer.usage?.cacheCreationInput = .zero
        answer.createdAt = 7
        let stream = written(generator.events(of: answer))
        let streamed = StreamedAnswer(try read(stream))
        #expect(streamed.violations == [])
        #expect(streamed.hasEnded)
        #expect(streamed.answer == answer.withIdentifiers, "\(stream)")
      }
    }
  }

  @Test func theStreamEndsWithTheReplyThatIsGivenWhole() throws {
    var generator = ConversationGenerator(seed: 71, signatures: .claude)
    for _ in 0..<100 {
      let answer = generator.answer()
      let lines = written(generator.events(of: answer)).split(separator: "\n")
      let last = try JSONValue.parse(lines.last!.dropFirst(6).utf8.span)
      let whole = OpenAIResponses.body(of: answer, to: Conversation(model: "m"))
      #expect(last["response"] == (try JSONValue.parse(whole.span)))
    }
  }

  @Test func whereAStreamIsCutMakesNoDifference() throws {
    var generator = ConversationGenerator(seed: 81, signatures: .claude)
    let stream = ": ping\n\n" + written(generator.events(of: generator.answer()))
    let whole = try read(stream)
    #expect(StreamedAnswer(whole).hasEnded)
    #expect(try read(stream, size: 1) == whole)
    for split in stride(from: 0, to: stream.utf8.count, by: 3) {
      #expect(try eventsRead(by: OpenAIResponses.reader(), from: ByteSlice(stream), splitAt: split) == whole)
    }
  }

  @Test func interleavedCallsKeepTheirIdentifiers() throws {
    let events = try read(
      created
        + event(
          "response.output_item.added",
          #""output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"a","name":"f","arguments":""}"#)
        + event(
          "response.output_item.added",
          #""output_index":1,"item":{"type":"function_call","id":"fc_2","call_id":"b","name":"g","arguments":""}"#)
        + event("response.function_call_arguments.delta", #""output_index":1,"delta":"{\"y\"""#)
        + event("response.function_call_arguments.delta", #""output_index":0,"delta":"{\"x\":1}""#)
        + event("response.function_call_arguments.delta", #""output_index":1,"delta":":2}""#)
        + event(
          "response.output_item.done",
          #""output_index":0,"item":{"type":"function_call","call_id":"a","name":"f","arguments":"{\"x\":1}"}"#)
        + event("response.completed", #""response":{"id":"x","status":"completed"}"#))
    let streamed = StreamedAnswer(events)
    #expect(streamed.violations == [])
    #expect(
      streamed.answer.choices == [
        AnswerChoice(
          [
            Part(.toolUse(ToolUse(id: "a", name: "f", arguments: #"{"x":1}"#))),
            Part(.toolUse(ToolUse(id: "b", name: "g", arguments: #"{"y":2}"#))),
          ], .toolUse)
      ])
  }

  @Test func whatNeverGrewIsTakenFromItsItem() throws {
    let events = try read(
      created
        + event(
          "response.output_item.done",
          #""output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"}"#)
        + event(
          "response.output_item.done",
          #""output_index":1,"item":{"type":"message","content":[{"type":"output_text","text":"a"},{"type":"refusal","refusal":"b"}]}"#
        )
        + event(
          "response.output_item.done",
          #""output_index":2,"item":{"type":"function_call","call_id":"c","name":"f","arguments":""}"#)
        + event(
          "response.incomplete", #""response":{"id":"x","incomplete_details":{"reason":"max_output_tokens"}}"#))
    let streamed = StreamedAnswer(events)
    #expect(streamed.violations == [])
    #expect(
      streamed.answer.choices == [
        AnswerChoice(
          [
            Part(.thinking(Thinking("", signature: Signature("rs_1:gAAA", of: .openAI)))), .text("a"),
            Part(.refusal("b")), Part(.toolUse(ToolUse(id: "c", name: "f", arguments: "{}"))),
          ], .length)
      ])
  }

  @Test func summariesAreParagraphs() throws {
    let events = try read(
      created + event("response.reasoning_summary_text.delta", #""output_index":0,"summary_index":0,"delta":"a""#)
        + event("response.reasoning_summary_text.delta", #""output_index":0,"summary_index":1,"delta":"b""#)
        + event("response.reasoning_summary_text.delta", #""output_index":0,"summary_index":1,"delta":"c""#)
        + event("response.completed", #""response":{}"#))
    #expect(StreamedAnswer(events).violations == [])
    #expect(StreamedAnswer(events).answer.choices[0].parts == [Part(.thinking(Thinking("a\n\nbc")))])
  }

  @Test func aStreamThatStopsBeforeItsEndHasNone() throws {
    let events = try read(
      created + event("response.output_text.delta", #""output_index":0,"content_index":0,"delta":"a""#)
        + "data: [DONE]\n\n")
    #expect(!StreamedAnswer(events).hasEnded)
    #expect(StreamedAnswer(events).violations == [])
  }

  @Test(arguments: [
    (#"{"type":"error","code":"server_error","message":"boom","param":null}"#, "502 boom"),
    (#"{"type":"error","error":{"code":"rate_limit_exceeded","message":"slow"}}"#, "429 slow"),
    (#"{"type":"response.failed","response":{"error":{"code":"server_error","message":"boom"}}}"#, "502 boom"),
    (#"{"error":{"message":"bare"}}"#, "502 bare"),
  ])
  func anErrorInTheStreamFailsIt(data: String, said: String) throws {
    let streamed = StreamedAnswer(try read(created + "data: \(data)\n\n" + event("response.completed")))
    #expect(streamed.violations == [])
    #expect(streamed.fault.map { "\($0.status) \($0.message)" } == said)
  }

  @Test func aFaultFailsTheResponseUnderTheNextNumber() throws {
    let fault = Fault(party: .provider, status: 502, type: "server_error", code: "cut", message: "It was cut.")
    let stream = written([.began(AnswerStart(id: "x", model: "m")), .failed(fault)])
    let last = try #require(stream.split(separator: "\n\n").last)
    #expect(last.hasPrefix("event: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":2,"))
    #expect(last.contains("\"status\":\"failed\",\"error\":{\"code\":\"cut\",\"message\":\"It was cut.\"}"))
  }

  @Test func whatIsNoStreamIsRefused() {
    for stream in ["data: {\n\n", "data: [1]\n\n", "data: hello\n\n"] {
      #expect(throws: ShapeFault.self, "\(stream)") { try read(stream) }
    }
  }
}
