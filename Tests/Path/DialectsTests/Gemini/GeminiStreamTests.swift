import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Dialects
@testable import Gemini
@testable import Hub

@Suite struct GeminiStreamTests {
  private func events(_ wire: String, pieces: [Int] = []) throws -> [AnswerEvent] {
    try streamed(ByteSlice(wire), to: GeminiContent.reader(), pieces: pieces)
  }

  private func chunk(_ candidate: String, _ more: String = "") -> String {
    "data: {\"candidates\":[\(candidate)],\"modelVersion\":\"m\",\"responseId\":\"r\"\(more)}\r\n\r\n"
  }

  private var everything: String {
    chunk(#"{"content":{"parts":[{"text":"h","thought":true}]},"index":0}"#)
      + chunk(#"{"content":{"parts":[{"text":"m","thought":true},{"text":"Grö"}]},"index":0}"#)
      + ": ping\n\n"
      + chunk(
        #"{"content":{"parts":[{"text":"ße"},{"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"YQ=="},{"functionCall":{"name":"g"}}]}}"#
      )
      + chunk(
        #"{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}"#,
        #","usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5}"#)
  }

  private var said: Answer {
    let usage = Usage(input: TokenCount(3), output: TokenCount(2), reportedTotal: TokenCount(5))
    let f = ToolUse(id: "call_gemini_r_0", name: "f", arguments: #"{"a":1}"#, signature: Signature("YQ==", of: .gemini))
    let g = ToolUse(id: "call_gemini_r_1", name: "g", arguments: "{}")
    return Answer(
      id: "r", model: "m",
      choices: [
        AnswerChoice(
          [Part(.thinking(Thinking("hm"))), .text("Größe"), Part(.toolUse(f)), Part(.toolUse(g))], .toolUse)
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

  @Test func aStreamWithoutAReasonHasNotEnded() throws {
    let cut = try events(chunk(#"{"content":{"parts":[{"text":"so"}]}}"#))
    #expect(!cut.contains(.ended))
    let nothing = try events("")
    #expect(nothing == [])
    let two = try events(
      chunk(#"{"content":{"parts":[{"text":"a"}]},"index":0},{"content":{"parts":[{"text":"b"}]},"index":1}"#)
        + chunk(#"{"finishReason":"STOP","index":1}"#))
    #expect(!two.contains(.ended) && !two.contains(.choiceFinished(.stop, stopSequence: nil, choice: 1)))
  }

  @Test func aReasonInEveryChunkEndsTheAnswerOnceAtTheLast() throws {
    let read = try events(
      ["one ", "two ", "three"].map {
        chunk(#"{"content":{"parts":[{"text":"\#($0)"}]},"finishReason":"STOP","index":0}"#)
      }.joined())
    let streamed = StreamedAnswer(read)
    #expect(streamed.violations == [] && streamed.hasEnded)
    #expect(streamed.answer.choices[0].parts == [.text("one two three")])
  }

  @Test func aSignatureAfterTextIsAPartOfItsOwn() throws {
    let read = StreamedAnswer(
      try events(
        chunk(#"{"content":{"parts":[{"text":"so"}]}}"#)
          + chunk(#"{"content":{"parts":[{"text":"","thoughtSignature":"YQ=="}]},"finishReason":"STOP"}"#)))
    #expect(read.violations == [])
    #expect(read.answer.choices[0].parts == [.text("so"), .carrier(of: Signature("YQ==", of: .gemini))])
  }

  @Test func anErrorInTheStreamIsItsEnd() throws {
    let read = try events(
      chunk(#"{"content":{"parts":[{"text":"so"}]}}"#)
        + "data: {\"error\":{\"code\":503,\"message\":\"overloaded\",\"status\":\"UNAVAILABLE\"}}\n\n"
        + chunk(#"{"finishReason":"STOP"}"#))
    guard case .failed(let fault) = read.last else { return #expect(Bool(false), "\(read)") }
    #expect(fault.status == 503)
    #expect(fault.message == "overloaded")
    #expect(fault.trigger == .error)
  }

  @Test func aBlockedPromptEndsAtOnce() throws {
    let read = StreamedAnswer(try events("data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n"))
    #expect(read.violations == [])
    #expect(read.hasEnded)
    #expect(read.answer.choices == [AnswerChoice([], .contentFilter)])
  }

  @Test func chunksOfAnotherShapeAreRefused() {
    for bad in ["data: 5\n\n", "data: {\"candidates\":[{\"index\":99}]}\n\n", "data: {\"candidates\":{}}\n\n"] {
      #expect(throws: ShapeFault.self) { try events(bad) }
    }
  }

  @Test func whatIsWrittenReadsAsItWasSaid() throws {
    for origin in [Signature.Origin.gemini, .claude] {
      var generator = ConversationGenerator(seed: 9, signatures: origin)
      for _ in 0..<500 {
        let answer = generator.answer()
        var writer = GeminiContent.writer(for: Conversation(model: "m"))
        var buffer = ByteBuffer()
        for event in generator.events(of: answer) { writer.write(event, to: &buffer) }
        let read = StreamedAnswer(try events(String(buffer.take().span)))
        var said = read.answer
        said.usage?.reportedTotal = nil
        #expect(read.violations == [])
        #expect(read.hasEnded)
        #expect(said == answer)
      }
    }
  }

  @Test func aStreamThatIsCutShowsNoReason() {
    var writer = GeminiContent.writer(for: Conversation(model: "m"))
    var buffer = ByteBuffer()
    let place = PartPlace(part: 0)
    writer.write(.began(AnswerStart(id: "r", model: "m")), to: &buffer)
    writer.write(.partBegan(.text, at: place), to: &buffer)
    writer.write(.partGrew(.text("so"), at: place), to: &buffer)
    writer.write(.partEnded(at: place), to: &buffer)
    writer.write(.choiceFinished(.stop, stopSequence: nil, choice: 0), to: &buffer)
    #expect(
      String(buffer.take().span)
        == "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"so\"}],\"role\":\"model\"},\"index\":0}],"
        + "\"modelVersion\":\"m\",\"responseId\":\"r\"}\n\n")
    writer.write(.ended, to: &buffer)
    #expect(String(buffer.take().span).contains(#""finishReason":"STOP""#))
  }

  @Test func aFailureIsReadAsOne() throws {
    var writer = GeminiContent.writer(for: Conversation(model: "m"))
    var buffer = ByteBuffer()
    writer.write(.began(AnswerStart(id: "r", model: "m")), to: &buffer)
    let fault = Fault(
      party: .provider, status: 503, type: "server_error", code: "overloaded", message: "Come back.", trigger: .error)
    writer.write(.failed(fault), to: &buffer)
    guard case .failed(let read) = try events(String(buffer.take().span)).last else { return #expect(Bool(false)) }
    #expect(read.message == "Come back.")
    #expect(read.trigger == .error)
  }

  @Test func anIdleStreamSendsNothingThatGooglesSDKWouldTakeForJSON() {
    var writer = GeminiContent.writer(for: Conversation(model: "m"))
    var buffer = ByteBuffer()
    writer.write(.idled, to: &buffer)
    let sent = buffer.take()
    #expect(sent.isEmpty)
  }
}
