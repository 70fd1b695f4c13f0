import Bytes
import Exchange
import HTTP
import JSON
import TestSupport
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Dialects
@testable import Hub

@Suite struct BedrockTests {
  private func request(_ body: String, invokes: Bool = false) throws(Fault) -> BedrockRequest {
    try BedrockRequest(ByteSlice(body), model: ModelName("m"), wantsStream: false, invokes: invokes)
  }

  private func bounded(_ body: String, _ most: Int, invokes: Bool = false) throws -> String {
    var changes = RequestChanges()
    changes.outputMax = TokenCount(most)
    return text(try request(body, invokes: invokes).body(with: changes))
  }

  @Test func theBoundIsLoweredWhereItStandsAndAddedWhereItDoesNot() throws {
    for (body, bounded) in [
      (#"{"messages":[]}"#, #"{"inferenceConfig":{"maxTokens":9},"messages":[]}"#),
      (#"{"inferenceConfig":{"topP":1}}"#, #"{"inferenceConfig":{"maxTokens":9,"topP":1}}"#),
      (#"{"inferenceConfig":{"maxTokens": 50 }}"#, #"{"inferenceConfig":{"maxTokens": 9 }}"#),
      (#"{"inferenceConfig":{"maxTokens":null}}"#, #"{"inferenceConfig":{"maxTokens":9}}"#),
      (#"{"inferenceConfig":null}"#, #"{"inferenceConfig":{"maxTokens":9}}"#),
      (#"{"inferenceConfig":{"maxTokens":5}}"#, #"{"inferenceConfig":{"maxTokens":5}}"#),
    ] { #expect(try self.bounded(body, 9) == bounded) }
    for (body, bounded) in [
      (#"{"anthropic_version":"x"}"#, #"{"max_tokens":9,"anthropic_version":"x"}"#),
      (#"{"max_tokens":50}"#, #"{"max_tokens":9}"#), (#"{"max_gen_len":50}"#, #"{"max_gen_len":9}"#),
      (#"{"inputText":"hi"}"#, #"{"inputText":"hi"}"#),
    ] { #expect(try self.bounded(body, 9, invokes: true) == bounded) }
    #expect(try request(#"{"inferenceConfig":{"maxTokens":50}}"#).outputMax == TokenCount(50))
    #expect(try request(#"{"max_gen_len":50}"#, invokes: true).outputMax == TokenCount(50))
  }

  @Test func wrongBoundsAreRefusedByName() {
    for (body, name) in [
      (#"{"inferenceConfig":7}"#, "inferenceConfig"),
      (#"{"inferenceConfig":{"maxTokens":0}}"#, "inferenceConfig.maxTokens"),
      (#"{"inferenceConfig":{"maxTokens":"9"}}"#, "inferenceConfig.maxTokens"),
      (#"{"inferenceConfig":{"maxTokens":1,"maxTokens":2}}"#, "inferenceConfig.maxTokens"),
      (#"{"inferenceConfig":{},"inferenceConfig":{}}"#, "inferenceConfig"),
    ] {
      do throws(Fault) {
        _ = try request(body)
        Issue.record("\(body) was accepted")
      } catch {
        #expect(error.param == name)
        #expect(error.status == 400)
      }
    }
  }

  private func message(_ type: StaticString, _ payload: String) throws -> (event: StreamEvent, data: ByteSlice) {
    var buffer = ByteBuffer()
    AmazonEvent.append(event: type, payload: ByteSlice(payload), to: &buffer)
    var decoder = AmazonEventDecoder()
    return try BedrockAdapter().event(try #require(try decoder.next(from: &buffer)))
  }

  @Test func contentIsCountedInEveryKindOfBlock() throws {
    for (type, payload, bytes) in [
      ("messageStart", #"{"role":"assistant","p":"abcdef"}"#, nil),
      ("contentBlockStart", #"{"start":{"toolUse":{"toolUseId":"a","name":"get"}},"contentBlockIndex":1}"#, 3),
      ("contentBlockDelta", #"{"delta":{"text":"Hello"},"contentBlockIndex":0}"#, 5),
      ("contentBlockDelta", #"{"delta":{"toolUse":{"input":"{\"a"}},"contentBlockIndex":0}"#, 4),
      ("contentBlockDelta", #"{"delta":{"reasoningContent":{"text":"hm"}},"contentBlockIndex":0}"#, 2),
      ("contentBlockDelta", #"{"delta":{"reasoningContent":{"signature":"abc"}},"contentBlockIndex":0}"#, 3),
      ("contentBlockStop", #"{"contentBlockIndex":0}"#, nil),
    ] as [(StaticString, String, Int?)] {
      let event = try message(type, payload).event
      #expect(event.contentBytes == bytes, "\(payload)")
      #expect(!event.isDone && !event.hasFinished && !event.isError)
    }
  }

  @Test func theMessageFinishesAndMetadataEnds() throws {
    let stop = try message("messageStop", #"{"stopReason":"end_turn"}"#).event
    #expect(stop.hasFinished && !stop.isDone && stop.usage == nil)
    let (metadata, _) = try message("metadata", #"{"usage":{"inputTokens":3},"metrics":{}}"#)
    #expect(metadata.isDone)
    let usage = try #require(metadata.usage)
    #expect(usage == Usage(input: TokenCount(3)))
    var buffer = ByteBuffer()
    AmazonEvent.append(exception: "throttlingException", payload: ByteSlice("not JSON"), to: &buffer)
    var decoder = AmazonEventDecoder()
    let exception = try #require(try decoder.next(from: &buffer))
    #expect(try BedrockAdapter().event(exception).event.isError)
  }

  private func chunk(_ json: String) throws -> (event: StreamEvent, data: ByteSlice) {
    try message("chunk", #"{"bytes":"\#(Base64.encoded(json))","p":"abc"}"#)
  }

  @Test func anInvokedModelsOwnEventsAreReadInsideTheirFrames() throws {
    let delta = try chunk(#"{"type":"content_block_delta","delta":{"type":"text_delta","text":"Hello"}}"#).event
    #expect(delta.contentBytes == 5)
    let (start, _) = try chunk(#"{"type":"message_start","message":{"model":"c","usage":{"input_tokens":7}}}"#)
    #expect(start.usage == Usage(input: TokenCount(7)))
    let stop = try chunk(#"{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":1}}"#).event
    #expect(stop.isDone && stop.usage == nil, "Anthropic's own numbers know the classes")
    let llama = try chunk(#"{"generation":"Hi","stop_reason":null}"#).event
    #expect(llama.contentBytes == 2 && !llama.isDone)
    let nova = try chunk(#"{"contentBlockDelta":{"delta":{"text":"Hello there"}}}"#).event
    #expect(nova.contentBytes == 6, "an eighth of what came, where nobody knows better")
    let last = try chunk(#"{"generation":"","amazon-bedrock-invocationMetrics":{"outputTokenCount":9}}"#).event
    #expect(last.isDone && last.hasFinished && last.usage != nil && last.contentBytes == nil)
  }

  @Test func anErrorHasAmazonsShape() throws {
    var fault = Fault(
      party: .agent, status: 429, type: "insufficient_quota", code: "budget_exceeded", message: "No more.")
    #expect(
      text(Dialect.bedrock.body(of: fault, details: [("budget", "team")]))
        == #"{"message":"No more.","code":"ServiceQuotaExceededException","__type":"ServiceQuotaExceededException","budget":"team"}"#
    )
    for (status, name) in [
      (400, "ValidationException"), (401, "AccessDeniedException"), (404, "ResourceNotFoundException"),
      (422, "ValidationException"), (429, "ThrottlingException"), (500, "InternalServerException"),
      (502, "InternalServerException"), (503, "ServiceUnavailableException"), (504, "ModelTimeoutException"),
    ] {
      fault = Fault(party: .gateway, status: status, type: "x", code: "y", message: "m")
      #expect(try JSONValue.parse(Dialect.bedrock.body(of: fault).span)["code"] == .string(name))
    }
    var buffer = ByteBuffer()
    buffer.append(Dialect.bedrock.event(of: fault, after: StreamTrail(), model: nil))
    var decoder = AmazonEventDecoder()
    let event = try #require(try decoder.next(from: &buffer))
    #expect(text(event.messageType) == "exception")
    #expect(text(event.eventType) == "internalServerException")
    #expect(text(event.payload) == #"{"message":"m"}"#)
  }

  private func ending(after last: String) throws -> [String] {
    let request = try request("{}")
    let usage = Usage(input: TokenCount(3), output: TokenCount(4))
    var buffer = ByteBuffer()
    buffer.append(Dialect.bedrock.ending(after: ByteSlice(last), of: request, usage: usage))
    var decoder = AmazonEventDecoder()
    var seen: [String] = []
    while let event = try decoder.next(from: &buffer) {
      seen.append("\(text(event.eventType)) \(text(try BedrockAdapter().event(event).data))")
    }
    return seen
  }

  @Test func aStreamEndsLegallyWhereItsBudgetEnds() throws {
    let end = [
      #"messageStop {"stopReason":"max_tokens"}"#,
      #"metadata {"usage":{"inputTokens":3,"outputTokens":4,"totalTokens":7},"metrics":{"latencyMs":0}}"#,
    ]
    #expect(
      try ending(after: #"{"delta":{"text":"a"},"contentBlockIndex":2}"#)
        == [#"contentBlockStop {"contentBlockIndex":2}"#] + end)
    #expect(try ending(after: #"{"contentBlockIndex":2}"#) == end)
    #expect(
      try ending(after: #"{"type":"content_block_delta","index":1,"delta":{}}"#) == [
        #"chunk {"type":"content_block_stop","index":1}"#,
        #"chunk {"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},"usage":{"output_tokens":4}}"#,
        #"chunk {"type":"message_stop"}"#,
      ])
  }
}
