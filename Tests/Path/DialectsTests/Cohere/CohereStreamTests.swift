import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Cohere
@testable import Dialects
@testable import Hub

@Suite struct CohereStreamTests {
  private func events(_ wire: String, pieces: [Int] = []) throws -> [AnswerEvent] {
    try streamed(ByteSlice(wire), to: CohereChat.reader(), pieces: pieces)
  }

  private func event(_ type: String, _ rest: String) -> String {
    "event: \(type)\ndata: {\"type\":\"\(type)\",\(rest)}\n\n"
  }

  /// As the documentation has it: a plan, two calls whose arguments come interleaved, and the end.
  private var calls: String {
    event("message-start", #""id":"c","delta":{"message":{"role":"assistant","content":[],"tool_plan":""}}"#)
      + event("tool-plan-delta", #""delta":{"message":{"tool_plan":"I "}}"#)
      + event("tool-plan-delta", #""delta":{"message":{"tool_plan":"call."}}"#)
      + event(
        "tool-call-start",
        #""index":0,"delta":{"message":{"tool_calls":{"id":"a","type":"function","function":{"name":"f","arguments":""}}}}"#
      )
      + event(
        "tool-call-start",
        #""index":1,"delta":{"message":{"tool_calls":{"id":"b","type":"function","function":{"name":"g","arguments":""}}}}"#
      )
      + event("tool-call-delta", #""index":1,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"n\":"}}}}"#)
      + event("tool-call-delta", #""index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{}"}}}}"#)
      + event("tool-call-delta", #""index":1,"delta":{"message":{"tool_calls":{"function":{"arguments":"1}"}}}}"#)
      + event("tool-call-end", #""index":0"#) + event("tool-call-end", #""index":1"#)
      + event(
        "message-end",
        #""delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":3,"output_tokens":4}}}"#)
      + "data: [DONE]\n\n"
  }

  private var called: Answer {
    Answer(
      id: "c", model: "",
      choices: [
        AnswerChoice(
          [
            .text("I call."), Part(.toolUse(ToolUse(id: "a", name: "f", arguments: "{}"))),
            Part(.toolUse(ToolUse(id: "b", name: "g", arguments: #"{"n":1}"#))),
          ], .toolUse)
      ], usage: Usage(input: TokenCount(3), output: TokenCount(4)))
  }

  @Test func aStreamReadsTheSameHoweverItIsSplit() throws {
    let whole = StreamedAnswer(try events(calls))
    #expect(whole.violations == [])
    #expect(whole.hasEnded)
    #expect(whole.answer == called)
    let count = calls.utf8.count
    for at in 1..<count {
      let split = StreamedAnswer(try events(calls, pieces: [at]))
      #expect(split.answer == called && split.hasEnded, "split at \(at)")
    }
    #expect(StreamedAnswer(try events(calls, pieces: Array(1..<count))).answer == called)
  }

  @Test func thinkingTextAndCitationsAreRead() throws {
    let read = StreamedAnswer(
      try events(
        event("message-start", #""id":"c""#)
          + event("content-start", #""index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}"#)
          + event("content-delta", #""index":0,"delta":{"message":{"content":{"thinking":"hm"}}}"#)
          + event("content-end", #""index":0"#)
          + event("content-start", #""index":1,"delta":{"message":{"content":{"type":"text","text":""}}}"#)
          + event("content-delta", #""index":1,"delta":{"message":{"content":{"text":"so"}}}"#)
          + event(
            "citation-start",
            #""index":0,"delta":{"message":{"citations":{"start":0,"end":2,"text":"so","sources":[]}}}"#)
          + event("citation-end", #""index":0"#) + event("content-end", #""index":1"#)
          + event("message-end", #""delta":{"finish_reason":"COMPLETE"}"#)))
    #expect(read.violations == [])
    var citation = Citation()
    citation.text = "so"
    citation.start = 0
    citation.end = 2
    #expect(
      read.answer.choices == [
        AnswerChoice([Part(.thinking(Thinking("hm"))), Part(.text("so"), citations: [citation])], .stop)
      ])
  }

  @Test func aStreamThatIsCutHasNotEnded() throws {
    for at in stride(from: 0, to: calls.utf8.count - 200, by: 97) {
      let cut = try? events(String(decoding: Array(calls.utf8)[..<at], as: UTF8.self))
      #expect(cut?.contains(.ended) != true)
    }
  }

  @Test func anErrorInTheStreamIsItsEnd() throws {
    for bad in [
      event("message-end", #""delta":{"finish_reason":"ERROR","error":"it broke"}"#),
      "data: {\"message\":\"it broke\"}\n\n",
    ] {
      let read = try events(event("message-start", #""id":"c""#) + bad + event("message-end", #""delta":{}"#))
      guard case .failed(let fault) = read.last else { return #expect(Bool(false), "\(read)") }
      #expect(fault.message == "it broke")
      #expect(fault.trigger == .error)
    }
  }

  @Test func eventsOfAnotherShapeAreRefused() {
    for bad in ["data: 5\n\n", "data: {}\n\n", event("tool-call-start", #""index":0"#)] {
      #expect(throws: ShapeFault.self) { try events(bad) }
    }
  }

  @Test func whatIsWrittenReadsAsItWasSaid() throws {
    var generator = ConversationGenerator(seed: 9, signatures: .claude)
    for _ in 0..<500 {
      var answer = generator.answer()
      var writer = CohereChat.writer(for: Conversation(model: "m"))
      var buffer = ByteBuffer()
      for event in generator.events(of: answer) { writer.write(event, to: &buffer) }
      let read = StreamedAnswer(try events(String(buffer.take().span)))
      #expect(read.violations == [])
      #expect(read.hasEnded)
      answer.model = ""
      #expect(read.answer == answer)
    }
  }

  @Test func aFailureIsReadAsOne() throws {
    var writer = CohereChat.writer(for: Conversation(model: "m"))
    var buffer = ByteBuffer()
    writer.write(.began(AnswerStart(id: "r", model: "m")), to: &buffer)
    let fault = Fault(
      party: .provider, status: 503, type: "server_error", code: "overloaded", message: "Come back.", trigger: .error)
    writer.write(.failed(fault), to: &buffer)
    guard case .failed(let read) = try events(String(buffer.take().span)).last else { return #expect(Bool(false)) }
    #expect(read.message == "Come back.")
    #expect(read.trigger == .error)
  }
}
