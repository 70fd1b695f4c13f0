import Bytes
import Conversation
import Exchange
import HTTP
import JSON
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Dialects
@testable import Hub

@Suite struct BedrockStreamTests {
  private static func wire(_ events: [(StaticString, String)]) -> ByteSlice {
    var buffer = ByteBuffer()
    for (type, payload) in events { AmazonEvent.append(event: type, payload: ByteSlice(payload), to: &buffer) }
    return buffer.take()
  }

  /// As ConverseStream answers: text has no start, usage comes behind the end.
  private static let everything: [(StaticString, String)] = [
    ("messageStart", #"{"role":"assistant","p":"abcd"}"#),
    ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm Grö"}},"p":"ab"}"#),
    ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"ße"}}}"#),
    ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2ln"}}}"#),
    ("contentBlockStop", #"{"contentBlockIndex":0}"#),
    ("contentBlockDelta", #"{"contentBlockIndex":1,"delta":{"reasoningContent":{"redactedContent":"ZA=="}}}"#),
    ("contentBlockStop", #"{"contentBlockIndex":1}"#),
    ("contentBlockDelta", #"{"contentBlockIndex":2,"delta":{"text":"so"}}"#),
    ("contentBlockStop", #"{"contentBlockIndex":2}"#),
    ("contentBlockStart", #"{"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"a","name":"f"}}}"#),
    ("contentBlockStart", #"{"contentBlockIndex":4,"start":{"toolUse":{"toolUseId":"b","name":"g"}}}"#),
    ("contentBlockDelta", #"{"contentBlockIndex":3,"delta":{"toolUse":{"input":"{\"x\":"}}}"#),
    ("contentBlockDelta", #"{"contentBlockIndex":4,"delta":{"toolUse":{"input":""}}}"#),
    ("contentBlockDelta", #"{"contentBlockIndex":3,"delta":{"toolUse":{"input":"1}"}}}"#),
    ("contentBlockStop", #"{"contentBlockIndex":4}"#), ("contentBlockStop", #"{"contentBlockIndex":3}"#),
    ("messageStop", #"{"stopReason":"tool_use"}"#),
    (
      "metadata",
      #"{"usage":{"inputTokens":5,"outputTokens":9,"totalTokens":14,"cacheReadInputTokens":20},"metrics":{"latencyMs":8}}"#
    ),
  ]

  private var said: [AnswerChoice] {
    [
      AnswerChoice(
        [
          Part(.thinking(Thinking("hm Größe", signature: Signature("c2ln", of: .claude)))),
          Part(.thinking(Thinking("", signature: Signature("ZA==", of: .claude), isRedacted: true))), .text("so"),
          Part(.toolUse(ToolUse(id: "a", name: "f", arguments: #"{"x":1}"#))),
          Part(.toolUse(ToolUse(id: "b", name: "g", arguments: "{}"))),
        ], .toolUse)
    ]
  }

  private func events(_ wire: ByteSlice, pieces: [Int] = []) throws -> [AnswerEvent] {
    try streamed(wire, to: BedrockConverse.reader(), pieces: pieces)
  }

  @Test func aStreamReadsTheSameHoweverItIsSplit() throws {
    let wire = Self.wire(Self.everything)
    let whole = StreamedAnswer(try events(wire))
    #expect(whole.violations == [])
    #expect(whole.hasEnded)
    #expect(whole.answer.choices == said)
    #expect(whole.answer.id.hasPrefix("bedrock-"))
    #expect(
      whole.answer.usage == Usage(input: TokenCount(25), output: TokenCount(9), cachedInput: TokenCount(20)))
    for at in 1..<wire.count {
      let split = StreamedAnswer(try events(wire, pieces: [at]))
      #expect(split.answer == whole.answer && split.hasEnded, "split at \(at)")
    }
    #expect(StreamedAnswer(try events(wire, pieces: Array(1..<wire.count))).answer == whole.answer)
  }

  @Test func theEndIsNotTheEndUntilUsageHasCome() throws {
    let ended = Self.everything.dropLast()
    var reader = BedrockConverse.reader()
    var buffer = ByteBuffer()
    buffer.append(Self.wire(Array(ended)))
    let before = try reader.read(&buffer, hasEnded: false)
    #expect(!before.contains(.ended))
    let after = try reader.read(&buffer, hasEnded: true)
    #expect(after == [.ended], "a provider that never says it ended the message all the same")
  }

  @Test func aStreamThatIsCutHasNotEnded() throws {
    for count in 0..<Self.everything.count - 2 {
      let cut = try events(Self.wire(Array(Self.everything.prefix(count))))
      #expect(!cut.contains(.ended), "after \(count) events")
      #expect(StreamedAnswer(cut).violations == [], "after \(count) events")
    }
    let wire = Self.wire(Self.everything)
    let torn = try events(wire.slice(0..<wire.count - 1))
    #expect(!torn.contains(.ended), "the last message is not whole")
  }

  @Test func exceptionsInsideTheStreamAreFaults() throws {
    for (name, status, trigger) in [
      ("throttlingException", 429, FailoverTrigger.rateLimit), ("modelStreamErrorException", 424, .error),
      ("serviceUnavailableException", 503, .error), ("internalServerException", 500, .error),
      ("validationException", 400, nil),
    ] as [(StaticString, Int, FailoverTrigger?)] {
      var buffer = ByteBuffer()
      buffer.append(Self.wire(Array(Self.everything.prefix(8))))
      AmazonEvent.append(exception: name, payload: ByteSlice(#"{"message":"No."}"#), to: &buffer)
      let failed = StreamedAnswer(try events(buffer.take()))
      #expect(failed.fault?.status == status)
      #expect(failed.fault?.message == "No.")
      #expect(failed.fault?.trigger == trigger)
      #expect(failed.violations == [])
      let fault = try #require(failed.fault)
      #expect(BedrockConverse.exception(of: fault).description == name.description)
    }
  }

  @Test func wrongChecksumsAreRefused() throws {
    let wire = Self.wire(Self.everything)
    var damaged = ByteBuffer()
    damaged.append(wire.slice(0..<150))
    damaged.append(byte: wire.span[150] ^ 1)
    damaged.append(wire.dropFirst(151))
    let slice = damaged.take()
    #expect(
      throws: ShapeFault(
        path: "",
        problem: "is no event stream: The provider's event stream was refused: a message does not match its checksum.")
    ) { try events(slice) }
  }

  @Test func whatIsWrittenIsReadBack() throws {
    var generator = ConversationGenerator(seed: 52, signatures: .claude)
    for _ in 0..<300 {
      let answer = generator.answer()
      let wire = written(generator.events(of: answer), by: BedrockConverse.writer(for: Conversation(model: "m")))
      let read = StreamedAnswer(try events(wire))
      #expect(read.violations == [])
      #expect(read.hasEnded)
      #expect(read.answer.choices == answer.choices)
      #expect(read.answer.usage == answer.usage)
    }
  }

  @Test func aWholeAnswerSurvivesTheWayThereAndBack() throws {
    var generator = ConversationGenerator(seed: 53, signatures: .claude)
    for _ in 0..<500 {
      let answer = generator.answer()
      let body = BedrockConverse.body(of: answer, to: Conversation(model: "m"))
      let read = try BedrockConverse.answer(from: body)
      #expect(read.choices == answer.choices, "\(String(body.span))")
      #expect(read.usage == answer.usage)
    }
  }

  @Test func whatOtherFamiliesSignedIsBytesToAmazonsSDKs() throws {
    let hidden = Signature("gAAA", of: .openAI)
    let parts = [
      Part(.thinking(Thinking("", signature: hidden, isRedacted: true))),
      Part(.toolUse(ToolUse(id: "a", name: "f", arguments: "{}", signature: Signature("Zw==", of: .gemini)))),
    ]
    let body = BedrockConverse.body(
      of: Answer(id: "", model: "", choices: [AnswerChoice(parts, .toolUse)]), to: Conversation(model: "m"))
    let content = try #require(try JSONValue.parse(body.span)["output"]?["message"]?["content"])
    let data = try #require(content[0]?["reasoningContent"]?["redactedContent"]?.string)
    #expect(Base64.decoded(data) == Array("openAI:gAAA".utf8))
    let next: JSONValue = [
      "messages": [["role": "user", "content": [["text": "hi"]]], ["role": "assistant", "content": content]]
    ]
    let read = try BedrockConverse.conversation(from: ByteSlice(next.text), model: ModelName("m"), streams: false)
    #expect(read.messages[1].parts == parts)
  }

  @Test func everyReasonHasItsWordAndUnknownOnesAreStop() {
    let reasons: [(String, FinishReason)] = [
      ("end_turn", .stop), ("stop_sequence", .stop), ("max_tokens", .length), ("tool_use", .toolUse),
      ("guardrail_intervened", .contentFilter), ("content_filtered", .contentFilter),
      ("model_context_window_exceeded", .length), ("malformed_tool_use", .stop), ("tired", .stop),
    ]
    for (word, reason) in reasons { #expect(BedrockConverse.finish(word) == reason) }
  }

  @Test func cacheClassesAreExactBothWays() throws {
    let told = ByteSlice(
      #"{"inputTokens":5,"outputTokens":7,"totalTokens":12,"cacheReadInputTokens":20,"cacheWriteInputTokens":30,"#
        + #""cacheDetails":[{"ttl":"1h","inputTokens":18},{"ttl":"5m","inputTokens":12}]}"#)
    let read = BedrockUsage.read(told.span)
    let usage = try #require(read)
    #expect(usage.input == TokenCount(55))
    #expect(usage.longCacheCreationInput == TokenCount(18))
    var json = JSONWriter()
    json.object { BedrockUsage.write(usage, to: &$0) }
    #expect(
      String(json.take().span)
        == #"{"inputTokens":5,"outputTokens":7,"totalTokens":62,"cacheReadInputTokens":20,"cacheWriteInputTokens":30,"cacheDetails":[{"ttl":"1h","inputTokens":18},{"ttl":"5m","inputTokens":12}]}"#
    )
    #expect(BedrockUsage.read(ByteSlice(#"{"inputTokens":-1}"#).span) == nil)
  }
}
