import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Anthropic
@testable import Dialects
@testable import Hub

@Suite struct AnthropicStreamTests {
  private func events(_ wire: String, pieces: [Int] = []) throws -> [AnswerEvent] {
    try streamed(ByteSlice(wire), to: AnthropicMessages.reader(), pieces: pieces)
  }

  private func event(_ type: String, _ members: String = "") -> String {
    "event: \(type)\ndata: {\"type\":\"\(type)\"\(members.isEmpty ? "" : "," + members)}\n\n"
  }

  private func delta(_ index: Int, _ delta: String) -> String {
    event("content_block_delta", "\"index\":\(index),\"delta\":{\(delta)}")
  }

  private func start(_ index: Int, _ block: String) -> String {
    event("content_block_start", "\"index\":\(index),\"content_block\":{\(block)}")
  }

  private func stop(_ index: Int) -> String { event("content_block_stop", "\"index\":\(index)") }

  private var begin: String {
    event(
      "message_start",
      #""message":{"id":"msg_1","model":"claude-x","content":[],"usage":{"input_tokens":5,"cache_read_input_tokens":20,"output_tokens":1}}"#
    )
  }

  private func end(_ reason: String) -> String {
    event("message_delta", #""delta":{"stop_reason":"\#(reason)","stop_sequence":null},"usage":{"output_tokens":9}"#)
      + event("message_stop")
  }

  /// Thinking, hidden thinking, text and two calls, whose pieces come in turns.
  private var everything: String {
    begin + event("ping") + ": a comment\n\n" + start(0, #""type":"thinking","thinking":"","signature":"""#)
      + delta(0, #""type":"thinking_delta","thinking":"hm Grö""#)
      + delta(0, #""type":"thinking_delta","thinking":"ße""#)
      + delta(0, #""type":"signature_delta","signature":"c2ln""#) + stop(0)
      + start(1, #""type":"redacted_thinking","data":"ZA==""#) + stop(1)
      + start(2, #""type":"text","text":"""#) + delta(2, #""type":"text_delta","text":"so""#) + stop(2)
      + start(3, #""type":"server_tool_use","id":"s","name":"web_search","input":{}"#)
      + delta(3, #""type":"input_json_delta","partial_json":"{}""#) + stop(3)
      + start(4, #""type":"tool_use","id":"a","name":"f","input":{}"#)
      + start(5, #""type":"tool_use","id":"b","name":"g","input":{}"#)
      + delta(4, #""type":"input_json_delta","partial_json":"{\"x\":""#)
      + delta(5, #""type":"input_json_delta","partial_json":"""#)
      + delta(4, #""type":"input_json_delta","partial_json":"1}""#) + stop(5) + stop(4) + end("tool_use")
  }

  private var said: Answer {
    let usage = Usage(input: TokenCount(25), output: TokenCount(9), cachedInput: TokenCount(20))
    return Answer(
      id: "msg_1", model: "claude-x",
      choices: [
        AnswerChoice(
          [
            Part(.thinking(Thinking("hm Größe", signature: Signature("c2ln", of: .claude)))),
            Part(.thinking(Thinking("", signature: Signature("ZA==", of: .claude), isRedacted: true))), .text("so"),
            Part(.toolUse(ToolUse(id: "a", name: "f", arguments: #"{"x":1}"#))),
            Part(.toolUse(ToolUse(id: "b", name: "g", arguments: "{}"))),
          ], .toolUse)
      ], usage: usage)
  }

  @Test func aStreamReadsTheSameHoweverItIsSplit() throws {
    let whole = StreamedAnswer(try events(everything))
    #expect(whole.violations == [])
    #expect(whole.hasEnded)
    #expect(whole.answer == said)
    let count = everything.utf8.count
    for at in 1..<count {
      let split = StreamedAnswer(try events(everything, pieces: [at]))
      #expect(split.answer == said && split.hasEnded, "split at \(at)")
    }
    #expect(StreamedAnswer(try events(everything, pieces: Array(1..<count))).answer == said)
  }

  @Test func aStreamThatIsCutHasNotEnded() throws {
    let messages = everything.split(separator: "\n\n", omittingEmptySubsequences: true)
    for count in 0..<messages.count - 1 {
      let cut = try events(messages.prefix(count).map { $0 + "\n\n" }.joined())
      #expect(!cut.contains(.ended), "after \(count) events")
      #expect(StreamedAnswer(cut).violations == [], "after \(count) events")
    }
  }

  @Test func whatIsWrittenIsReadBack() throws {
    var generator = ConversationGenerator(seed: 42, signatures: .claude)
    for _ in 0..<300 {
      let answer = generator.answer()
      let wire = written(generator.events(of: answer), by: AnthropicMessages.writer(for: Conversation(model: "m")))
      let read = StreamedAnswer(try streamed(wire, to: AnthropicMessages.reader()))
      #expect(read.violations == [])
      #expect(read.hasEnded)
      #expect(read.answer == answer, "\(String(wire.span))")
    }
  }

  @Test func theAgentReadsAnthropicsOwnEvents() throws {
    var usage = Usage(input: TokenCount(30), output: TokenCount(4), cachedInput: TokenCount(10))
    usage.reportedTotal = TokenCount(34)
    let text = PartPlace(part: 0)
    let call = PartPlace(part: 1)
    let wire = written(
      [
        .began(AnswerStart(id: "i", model: "gpt-4o")), .idled, .partBegan(.text, at: text),
        .partGrew(.text("a\n"), at: text), .partEnded(at: text),
        .partBegan(.toolUse(id: "c", name: "f", signature: Signature("Zw==", of: .gemini)), at: call),
        .partGrew(.arguments("{}"), at: call), .partEnded(at: call),
        .choiceFinished(.toolUse, stopSequence: nil, choice: 0), .usageReported(usage), .ended,
      ], by: AnthropicMessages.writer(for: Conversation(model: "m")))
    #expect(
      String(wire.span) == """
        event: message_start
        data: {"type":"message_start","message":{"id":"i","type":"message","role":"assistant","model":"gpt-4o","content":[],\
        "stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}}

        event: ping
        data: {"type":"ping"}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a\\n"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"signature_delta","signature":"gemini:Zw=="}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":1}

        event: content_block_start
        data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"c","name":"f","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":2}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":20,\
        "cache_read_input_tokens":10,"output_tokens":4}}

        event: message_stop
        data: {"type":"message_stop"}


        """)
  }

  @Test func anErrorInsideTheStreamIsAFault() throws {
    let failed = StreamedAnswer(
      try events(
        begin + event("error", #""error":{"type":"overloaded_error","message":"Busy."}"#) + end("end_turn")))
    #expect(failed.fault?.status == 529)
    #expect(failed.fault?.message == "Busy.")
    #expect(!failed.hasEnded)
    #expect(failed.violations == [])
    let fault = Fault(party: .provider, status: 529, type: "server_error", code: "overloaded", message: "Busy.")
    let wire = written([.failed(fault)], by: AnthropicMessages.writer(for: Conversation(model: "m")))
    #expect(
      String(wire.span)
        == "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Busy.\"}}\n\n"
    )
  }

  @Test func carelessServersAreUnderstood() throws {
    // No message_start, arguments with the start of the block, an index twice, growth of nothing, no message_delta.
    let read = StreamedAnswer(
      try events(
        delta(7, #""type":"text_delta","text":"lost""#)
          + start(0, #""type":"tool_use","id":"a","name":"f","input":{"x":1}"#)
          + start(0, #""type":"text","text":"so""#) + event("something_new") + event("message_stop")
          + event("message_stop")))
    #expect(read.violations == [])
    #expect(read.hasEnded)
    #expect(
      read.answer.choices == [
        AnswerChoice([Part(.toolUse(ToolUse(id: "a", name: "f", arguments: #"{"x":1}"#))), .text("so")], .toolUse)
      ])
  }

  @Test func whatIsNoEventIsRefused() {
    #expect(throws: ShapeFault.self) { try events("data: [DONE]\n\n") }
    #expect(throws: ShapeFault.self) { try events(start(0, #""type":"tool_use","id":7,"name":"f""#)) }
    let flood = (0...1_024).map { start($0, #""type":"text","text":"""#) }.joined()
    #expect(throws: ShapeFault(path: "", problem: "has more than 1024 open content blocks")) { try events(flood) }
  }
}
