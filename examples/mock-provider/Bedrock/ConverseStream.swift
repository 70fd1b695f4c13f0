// ConverseStream: the events of ConverseStream: the message ends before its metadata come.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html

import Bytes
import HTTP
import JSON

final class ConverseStream: StreamedReply {
  private let generation: Generation
  private let call: Int
  private let knobs: Knobs
  private var payload = ByteBuffer(minimumCapacity: 256)

  init(_ generation: Generation, call: Int, _ knobs: Knobs) {
    self.generation = generation
    self.call = call
    self.knobs = knobs
  }

  var body: AnswerHead.Body { .awsEvents }

  func begin(_ output: inout ByteBuffer) {
    payload.append("{\"role\":\"assistant\"")
    send("messageStart", &output)
  }

  /// Only calls of tools begin with an event of their own.
  func beginContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    guard let tool = content.call else { return }
    payload.append("{\"contentBlockIndex\":")
    payload.append(decimal: place.content)
    payload.append(",\"start\":{\"toolUse\":{\"toolUseId\":")
    JSONText.appendQuoted(tool.id("tooluse_", in: call, choice: 0), to: &payload)
    payload.append(",\"name\":")
    JSONText.appendQuoted(tool.name, to: &payload)
    payload.append("}}")
    send("contentBlockStart", &output)
  }

  func write(token number: Int, of content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    let opening: StaticString
    let ending: StaticString
    switch content.kind {
    case .text, .refusal: (opening, ending) = ("{\"text\":\"", "\"}")
    case .thinking: (opening, ending) = ("{\"reasoningContent\":{\"text\":\"", "\"}}")
    case .call: (opening, ending) = ("{\"toolUse\":{\"input\":\"", "\"}}")
    case .redactedThinking: return
    }
    beginDelta(place)
    payload.append(opening)
    payload.append(token: number, of: content.text)
    payload.append(ending)
    send("contentBlockDelta", &output)
  }

  func endContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    switch content.kind {
    case .thinking:
      beginDelta(place)
      payload.append("{\"reasoningContent\":{\"signature\":")
      JSONText.appendQuoted(Proof.signature(of: content.text.string, by: .anthropic), to: &payload)
      payload.append("}}")
      send("contentBlockDelta", &output)
    case .redactedThinking:
      beginDelta(place)
      payload.append("{\"reasoningContent\":{\"redactedContent\":")
      JSONText.appendQuoted(Proof.sealed(content.text.string, by: .anthropic), to: &payload)
      payload.append("}}")
      send("contentBlockDelta", &output)
    case .text, .refusal, .call: break
    }
    payload.append("{\"contentBlockIndex\":")
    payload.append(decimal: place.content)
    send("contentBlockStop", &output)
  }

  func endChoice(_ choice: Choice, _ index: Int, _ output: inout ByteBuffer) {
    payload.append("{\"stopReason\":\"")
    payload.append(choice.finish.inConverse)
    payload.append("\"")
    send("messageStop", &output)
  }

  func end(_ output: inout ByteBuffer) {
    guard knobs.reportsUsage else { return }
    payload.append("{\"usage\":")
    payload.append(ConverseUsage.text(of: generation))
    payload.append(",\"metrics\":{\"latencyMs\":1}")
    send("metadata", &output)
  }

  func fail(_ refusal: Refusal, _ output: inout ByteBuffer) {
    AWSEvent.exception("modelStreamErrorException", refusal.message, knobs).append(to: &output)
  }

  private func beginDelta(_ place: ContentPlace) {
    payload.append("{\"contentBlockIndex\":")
    payload.append(decimal: place.content)
    payload.append(",\"delta\":")
  }

  /// Closes the payload with the padding that hides the length of what was said.
  private func send(_ type: String, _ output: inout ByteBuffer) {
    payload.append(",\"p\":\"abcdefg\"}")
    AWSEvent.event(type, payload.take(), knobs).append(to: &output)
  }
}
