import Bytes
import Conversation
import Exchange
import JSON
import TestSupport
import Testing

@testable import Dialects
@testable import Hub
@testable import OpenAI

@Suite struct OpenAIChatStreamTests {
  /// What a reader makes of `stream` in pieces of `size` bytes.
  private func read(_ stream: String, size: Int = .max) throws -> [AnswerEvent] {
    try eventsRead(by: OpenAIChat.reader(), from: ByteSlice(stream), size: size)
  }

  private func chunk(_ delta: String, finish: String = "null", index: Int = 0) -> String {
    "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\","
      + "\"choices\":[{\"index\":\(index),\"delta\":\(delta),\"finish_reason\":\(finish)}]}\n\n"
  }

  private let done = "data: [DONE]\n\n"

  @Test func aStreamIsReadAsItWasWritten() throws {
    for origin in [Signature.Origin.claude, .gemini] {
      var generator = ConversationGenerator(seed: 31, signatures: origin)
      for _ in 0..<60 {
        var answer = generator.answer()
        answer.usage = answer.usage?.spelledOut
        answer.createdAt = 7
        var writer = OpenAIChat.writer(for: Conversation(model: "m"))
        var buffer = ByteBuffer()
        for event in generator.events(of: answer) { writer.write(event, to: &buffer) }
        let stream = String(buffer.span)
        let streamed = StreamedAnswer(try read(stream))
        #expect(streamed.violations == [])
        #expect(streamed.hasEnded)
        #expect(streamed.answer == answer, "\(stream)")
      }
    }
  }

  @Test func whereAStreamIsCutMakesNoDifference() throws {
    let stream =
      ": ping\r\n\r\n" + chunk(#"{"role":"assistant","content":""}"#) + chunk(#"{"reasoning_content":"hm"}"#)
      + chunk(#"{"content":"Größe 🙂"}"#).replacing("\n", with: "\r")
      + chunk(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}}]}"#)
      + chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#) + chunk("{}", finish: #""tool_calls""#)
      + "data: {\"id\":\"x\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}\r\n\r\n"
      + done
    let whole = try read(stream)
    #expect(StreamedAnswer(whole).violations == [])
    #expect(StreamedAnswer(whole).answer.choices[0].parts.count == 3)
    #expect(try read(stream, size: 1) == whole)
    for size in 2..<stream.utf8.count where size % 7 == 0 { #expect(try read(stream, size: size) == whole) }
    for split in 0..<stream.utf8.count {
      #expect(try eventsRead(by: OpenAIChat.reader(), from: ByteSlice(stream), splitAt: split) == whole)
    }
  }

  @Test func interleavedCallsKeepTheirIndexAndIdentifier() throws {
    let events = try read(
      chunk(
        #"""
        {"content":"look","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}},{"index":1,"id":"b","function":{"name":"g","arguments":"{"}}]}
        """#) + chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\""}}]}"#)
        + chunk(
          #"{"tool_calls":[{"index":1,"function":{"arguments":"}"}},{"index":0,"function":{"arguments":":1}"}}]}"#)
        + chunk("{}", finish: #""stop""#) + done)
    let streamed = StreamedAnswer(events)
    #expect(streamed.violations == [])
    #expect(
      streamed.answer.choices == [
        AnswerChoice(
          [
            .text("look"), Part(.toolUse(ToolUse(id: "a", name: "f", arguments: #"{"x":1}"#))),
            Part(.toolUse(ToolUse(id: "b", name: "g", arguments: "{}"))),
          ], .toolUse)
      ])
  }

  @Test func callsOfServersThatKnowOnlyOneIndexAreToldApart() throws {
    let one = #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}"#
    let two = #"{"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":{"x":1}}}]}"#
    let none = #"{"tool_calls":[{"function":{"name":"g","arguments":"{}"}}]}"#
    let repeated = #"{"tool_calls":[{"index":0,"id":"b","function":{"name":"f"}}]}"#
    let events = try read(chunk(one) + chunk(two) + chunk(repeated) + chunk("{}", finish: #""stop""#) + done)
    #expect(StreamedAnswer(events).violations == [])
    #expect(
      StreamedAnswer(events).answer.choices[0].parts == [
        Part(.toolUse(ToolUse(id: "a", name: "f", arguments: "{}"))),
        Part(.toolUse(ToolUse(id: "b", name: "f", arguments: #"{"x":1}"#))),
      ])
    let madeUp = StreamedAnswer(try read(chunk(none, finish: #""stop""#) + done))
    #expect(
      madeUp.answer.choices == [
        AnswerChoice([Part(.toolUse(ToolUse(id: "call_x_0_0", name: "g", arguments: "{}")))], .toolUse)
      ])
  }

  @Test func callsGluedIntoOneArgumentStringAreTwo() throws {
    func call(_ text: String, id: String = "") -> String {
      chunk(
        #"{"tool_calls":[{"index":0,\#(id)"function":{"name":"","arguments":"\#(text.replacing("\"", with: "\\\""))"}}]}"#
      )
    }
    let began = chunk(
      #"{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":""}}]}"#)
    let ended = chunk("{}", finish: #""tool_calls""#) + done
    for pieces in [
      call(#"{"p":"a"}"#) + call(#"{"p":"b"}"#), call(#"{"p":"a"}{"p":"b"}"#),
      call(#"{"p":"a"}{"p":"#) + call(#""b"}"#),
      call(#"{"p":"a"}"#, id: #""id":"c","#)
        + call(#"{"p":"#, id: #""id":"c","#) + call(#""b"}"#, id: #""id":"c","#),
    ] {
      let streamed = StreamedAnswer(try read(began + pieces + ended))
      #expect(streamed.violations == [])
      let calls = streamed.answer.choices[0].parts.compactMap { part -> ToolUse? in
        if case .toolUse(let use) = part.content { use } else { nil }
      }
      #expect(calls.map(\.arguments) == [#"{"p":"a"}"#, #"{"p":"b"}"#])
      #expect(calls.map(\.name) == ["f", "f"] && calls[0].id == "c" && calls[1].id != "c")
    }
    // An empty object that the arguments follow, as some servers send it, is no call.
    let placeholder = StreamedAnswer(try read(began + call("{}") + call(#"{"p":"a"}"#) + ended))
    #expect(
      placeholder.answer.choices[0].parts == [Part(.toolUse(ToolUse(id: "c", name: "f", arguments: #"{"p":"a"}"#)))])
  }

  @Test func aCallWhoseArgumentsAreWholeEndsWhereSomethingElseBegins() throws {
    let events = try read(
      chunk(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]}"#)
        + chunk(#"{"content":"\n"}"#)
        + chunk(#"{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{\"y\":2}"}}]}"#)
        + chunk("{}", finish: #""tool_calls""#) + done)
    #expect(StreamedAnswer(events).violations == [])
    let places = events.compactMap { event -> Int? in
      switch event {
      case .partBegan(_, let place): place.part
      case .partEnded(let place): -place.part - 1
      default: nil
      }
    }
    #expect(places == [0, -1, 1, -2, 2, -3])
  }

  @Test func anEmptyFunctionCallIsNone() throws {
    let streamed = StreamedAnswer(
      try read(
        chunk(#"{"content":"a","function_call":{"name":"","arguments":""}}"#) + chunk(#"{"function_call":{}}"#)
          + chunk("{}", finish: #""function_call""#) + done))
    #expect(streamed.answer.choices[0].parts == [.text("a")] && streamed.answer.choices[0].finish == .stop)
  }

  @Test func picturesAndTranscriptsAreRead() throws {
    let streamed = StreamedAnswer(
      try read(
        chunk(#"{"content":"see","images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]}"#)
          + chunk(#"{"audio":{"id":"x","transcript":"said","data":"AA=="}}"#) + chunk("{}", finish: #""stop""#) + done))
    #expect(streamed.violations == [])
    #expect(
      streamed.answer.choices[0].parts == [
        .text("see"), Part(.image(Media(.base64("aGk="), mediaType: "image/png"))), .text("said"),
      ])
  }

  @Test func aCallWithoutArgumentsHasNone() throws {
    let call = #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]}"#
    let streamed = StreamedAnswer(try read(chunk(call, finish: #""tool_calls""#) + done))
    #expect(streamed.answer.choices[0].parts == [Part(.toolUse(ToolUse(id: "a", name: "f", arguments: "{}")))])
  }

  @Test func usageIsTheLastThatWasSaidWhereverItStands() throws {
    let usage = #""usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}"#
    let events = try read(
      chunk(#"{"content":"a"}"#).replacing("]}\n", with: "],\(usage)}\n")
        + chunk(#"{"content":"b"}"#, finish: #""length""#).replacing("]}\n", with: "],\(usage)}\n")
        + "data: {\"choices\":[],\(usage.replacing("1,", with: "2,").replacing("6}", with: "7}"))}\n\n" + done)
    let reports = events.filter { if case .usageReported = $0 { true } else { false } }
    #expect(reports.count == 2)
    #expect(StreamedAnswer(events).answer.usage?.output == TokenCount(2))
    #expect(StreamedAnswer(events).answer.choices[0].finish == .length)
  }

  @Test func aStreamThatStopsBeforeItsEndHasNone() throws {
    #expect(!StreamedAnswer(try read(chunk(#"{"content":"a"}"#))).hasEnded)
    // Some servers say why they finished, and leave the last word out.
    #expect(StreamedAnswer(try read(chunk(#"{"content":"a"}"#, finish: #""stop""#))).hasEnded)
    #expect(
      !StreamedAnswer(try read(chunk(#"{"content":"a"}"#, finish: #""stop""#) + chunk(#"{"content":"b"}"#, index: 1)))
        .hasEnded)
  }

  @Test func choicesFinishOnceEachAndLoseNothingThatComesBehindTheirReason() throws {
    let streamed = StreamedAnswer(
      try read(
        chunk(#"{"content":"a"}"#, index: 1) + chunk(#"{"content":"b"}"#) + chunk("{}", finish: #""stop""#, index: 1)
          + chunk(#"{"content":"late"}"#, finish: #""stop""#, index: 1) + done))
    #expect(streamed.violations == [])
    #expect(streamed.answer.choices.map(\.parts) == [[.text("b")], [.text("alate")]])
  }

  @Test func azuresFirstChunkAndMistralsPartsAreRead() throws {
    let streamed = StreamedAnswer(
      try read(
        "data: {\"id\":\"\",\"model\":\"\",\"choices\":[],\"prompt_filter_results\":[]}\n\n"
          + chunk(#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}"#)
          + chunk(#"{"content":[{"type":"text","text":"a"}]}"#) + chunk(#"{"content":"b"}"#, finish: #""stop""#) + done)
    )
    #expect(streamed.violations == [])
    #expect(streamed.answer.id == "x")
    #expect(streamed.answer.choices[0].parts == [Part(.thinking(Thinking("hm"))), .text("ab")])
  }

  @Test func anErrorInTheStreamFailsIt() throws {
    let events = try read(
      chunk(#"{"content":"a"}"#) + "data: {\"error\":{\"message\":\"boom\",\"code\":503}}\n\n" + done)
    let streamed = StreamedAnswer(events)
    #expect(streamed.violations == [])
    #expect(streamed.fault?.message == "boom")
    #expect(streamed.fault?.status == 503)
    #expect(!streamed.hasEnded)
  }

  @Test func whatIsNoStreamIsRefused() {
    for stream in ["data: {\n\n", "data: [1]\n\n", "data: [DONE]\n\n", "data: {\"choices\":[{\"delta\":}]}\n\n"] {
      #expect(throws: ShapeFault.self, "\(stream)") { try read(stream) }
    }
  }

  @Test func aStreamIsWrittenAsTheSDKReadsIt() {
    var conversation = Conversation(model: "m")
    conversation.wantsStreamUsage = false
    var writer = OpenAIChat.writer(for: conversation)
    var buffer = ByteBuffer()
    let events: [AnswerEvent] = [
      .began(AnswerStart(id: "x", model: "m", createdAt: 7)), .idled, .partBegan(.thinking, at: PartPlace(part: 0)),
      .partGrew(.text("hm"), at: PartPlace(part: 0)),
      .partGrew(.signature(Signature("c2ln", of: .claude)), at: PartPlace(part: 0)), .partEnded(at: PartPlace(part: 0)),
      .partBegan(.toolUse(id: "a", name: "f", signature: Signature("Z2Vt", of: .gemini)), at: PartPlace(part: 1)),
      .partEnded(at: PartPlace(part: 1)), .choiceFinished(.toolUse, stopSequence: nil, choice: 0),
      .usageReported(Usage(input: TokenCount(1))), .ended,
    ]
    for event in events { writer.write(event, to: &buffer) }
    let head =
      #"data: {"id":"x","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{"#
    let tail = #"},"logprobs":null,"finish_reason":null}]}"#
    #expect(
      String(buffer.span).split(separator: "\n\n").map(String.init) == [
        head + #""role":"assistant","content":"""# + tail, ": ", head + #""reasoning_content":"hm""# + tail,
        head + #""thinking_blocks":[{"index":0,"type":"thinking","thinking":"hm","signature":"c2ln"}]"# + tail,
        head + #""tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""},"#
          + #""extra_content":{"google":{"thought_signature":"Z2Vt"}}}]"# + tail,
        head + #""tool_calls":[{"index":0,"function":{"arguments":"{}"}}]"# + tail,
        head + #"},"logprobs":null,"finish_reason":"tool_calls"}]}"#, "data: [DONE]",
      ])
  }

  @Test func aFaultIsTheLastEventAndNotTheEnd() {
    var writer = OpenAIChat.writer(for: Conversation(model: "m"))
    var buffer = ByteBuffer()
    writer.write(
      .failed(Fault(party: .provider, status: 502, type: "server_error", code: "cut", message: "It was cut.")),
      to: &buffer)
    #expect(
      String(buffer.span)
        == "data: {\"error\":{\"message\":\"It was cut.\",\"type\":\"server_error\",\"param\":null,\"code\":\"cut\"}}\n\n"
    )
  }
}
