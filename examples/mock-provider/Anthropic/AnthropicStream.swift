// AnthropicStream: the events of a streamed message, as server-sent events or in Bedrock's binary frames.
// https://docs.anthropic.com/en/docs/build-with-claude/streaming

import Bytes
import HTTP
import JSON

final class AnthropicStream: StreamedReply {
  private let generation: Generation
  private let call: Int
  private let knobs: Knobs
  private let isFramed: Bool
  private var data = ByteBuffer(minimumCapacity: 256)
  private var event = ByteBuffer(minimumCapacity: 384)

  init(_ generation: Generation, call: Int, _ knobs: Knobs) {
    self.generation = generation
    self.call = call
    self.knobs = knobs
    isFramed = if case .invoke = generation.shape { true } else { false }
  }

  var body: AnswerHead.Body { isFramed ? .awsEvents : .events }

  func begin(_ output: inout ByteBuffer) {
    data.append("{\"type\":\"message_start\",\"message\":{\"id\":\"msg_mock")
    data.append(decimal: call)
    data.append("\",\"type\":\"message\",\"role\":\"assistant\",\"model\":")
    JSONText.appendQuoted(generation.model, to: &data)
    data.append(",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null")
    if knobs.reportsUsage {
      data.append(",\"usage\":")
      data.append(AnthropicUsage.text(of: generation, outputTokens: 1))
    }
    data.append("}}")
    send("message_start", &output)
  }

  func beginContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    data.append("{\"type\":\"content_block_start\",\"index\":")
    data.append(decimal: place.content)
    data.append(",\"content_block\":{\"type\":")
    switch content.kind {
    case .text, .refusal: data.append("\"text\",\"text\":\"\"")
    case .thinking: data.append("\"thinking\",\"thinking\":\"\",\"signature\":\"\"")
    case .redactedThinking:
      data.append("\"redacted_thinking\",\"data\":")
      JSONText.appendQuoted(Proof.sealed(content.text.string, by: .anthropic), to: &data)
    case .call(let tool):
      data.append("\"tool_use\",\"id\":")
      JSONText.appendQuoted(tool.id("toolu_", in: call, choice: 0), to: &data)
      data.append(",\"name\":")
      JSONText.appendQuoted(tool.name, to: &data)
      data.append(",\"input\":{}")
    }
    data.append("}}")
    send("content_block_start", &output)
    if place.content == 0 {
      data.append("{\"type\":\"ping\"}")
      send("ping", &output)
    }
  }

  func write(token number: Int, of content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    let opening: StaticString
    switch content.kind {
    case .text, .refusal: opening = "{\"type\":\"text_delta\",\"text\":\""
    case .thinking: opening = "{\"type\":\"thinking_delta\",\"thinking\":\""
    case .call: opening = "{\"type\":\"input_json_delta\",\"partial_json\":\""
    case .redactedThinking: return
    }
    beginDelta(place)
    data.append(opening)
    data.append(token: number, of: content.text)
    data.append("\"}}")
    send("content_block_delta", &output)
  }

  func endContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    if case .thinking = content.kind {
      beginDelta(place)
      data.append("{\"type\":\"signature_delta\",\"signature\":")
      JSONText.appendQuoted(Proof.signature(of: content.text.string, by: .anthropic), to: &data)
      data.append("}}")
      send("content_block_delta", &output)
    }
    data.append("{\"type\":\"content_block_stop\",\"index\":")
    data.append(decimal: place.content)
    data.append("}")
    send("content_block_stop", &output)
  }

  func endChoice(_ choice: Choice, _ index: Int, _ output: inout ByteBuffer) {
    data.append("{\"type\":\"message_delta\",\"delta\":{")
    data.append(AnthropicUsage.ending(of: choice))
    data.append("}")
    if knobs.reportsUsage {
      data.append(",\"usage\":")
      data.append(AnthropicUsage.text(of: generation, outputTokens: generation.completionTokens))
    }
    data.append("}")
    send("message_delta", &output)
  }

  func end(_ output: inout ByteBuffer) {
    data.append("{\"type\":\"message_stop\"}")
    send("message_stop", &output)
  }

  func fail(_ refusal: Refusal, _ output: inout ByteBuffer) {
    if isFramed {
      return AWSEvent.exception("modelStreamErrorException", refusal.message, knobs).append(to: &output)
    }
    refusal.write(in: .anthropic, into: &data)
    send("error", &output)
  }

  private func beginDelta(_ place: ContentPlace) {
    data.append("{\"type\":\"content_block_delta\",\"index\":")
    data.append(decimal: place.content)
    data.append(",\"delta\":")
  }

  private func send(_ name: StaticString, _ output: inout ByteBuffer) {
    if isFramed {
      AWSEvent.chunk(of: data.take(), knobs).append(to: &output)
    } else {
      event.append("event: ")
      event.append(name)
      event.append("\ndata: ")
      event.append(data.take())
      event.append("\n\n")
      event.moveChunk(to: &output)
    }
  }
}
