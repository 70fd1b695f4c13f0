// CohereStream: the events of a streamed answer of /v2/chat.
// https://docs.cohere.com/v2/docs/streaming

import Bytes
import HTTP
import JSON

final class CohereStream: StreamedReply {
  private let generation: Generation
  private let call: Int
  private let knobs: Knobs
  private let choice: Choice
  /// Content blocks begun so far; calls are counted apart.
  private var blocks = 0
  private var event = ByteBuffer(minimumCapacity: 384)

  init(_ generation: Generation, call: Int, _ knobs: Knobs) {
    self.generation = generation
    self.call = call
    self.knobs = knobs
    choice = generation.choices[0]
  }

  func begin(_ output: inout ByteBuffer) {
    begin("message-start")
    event.append(",\"id\":\"mock-")
    event.append(decimal: call)
    event.append(
      "\",\"delta\":{\"message\":{\"role\":\"assistant\",\"content\":[],\"tool_plan\":\"\",\"tool_calls\":[],"
        + "\"citations\":[]}}")
    send(&output)
  }

  func beginContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    switch content.cohereKind(in: choice) {
    case .block(let kind):
      begin("content-start", blocks)
      event.append(",\"delta\":{\"message\":{\"content\":{\"type\":\"")
      event.append(kind)
      event.append("\",\"")
      event.append(kind)
      event.append("\":\"\"}}}")
      send(&output)
    case .call(let tool):
      begin("tool-call-start", tool.place)
      event.append(",\"delta\":{\"message\":{\"tool_calls\":{\"id\":")
      JSONText.appendQuoted(tool.id("", in: call, choice: 0), to: &event)
      event.append(",\"type\":\"function\",\"function\":{\"name\":")
      JSONText.appendQuoted(tool.name, to: &event)
      event.append(",\"arguments\":\"\"}}}}")
      send(&output)
    case .plan, .hidden: return
    }
  }

  func write(token number: Int, of content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    let ending: StaticString
    switch content.cohereKind(in: choice) {
    case .block(let kind):
      begin("content-delta", blocks)
      event.append(",\"delta\":{\"message\":{\"content\":{\"")
      event.append(kind)
      event.append("\":\"")
      ending = "\"}}}"
    case .plan:
      begin("tool-plan-delta")
      event.append(",\"delta\":{\"message\":{\"tool_plan\":\"")
      ending = "\"}}"
    case .call(let tool):
      begin("tool-call-delta", tool.place)
      event.append(",\"delta\":{\"message\":{\"tool_calls\":{\"function\":{\"arguments\":\"")
      ending = "\"}}}}"
    case .hidden: return
    }
    event.append(token: number, of: content.text)
    event.append(ending)
    send(&output)
  }

  func endContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    switch content.cohereKind(in: choice) {
    case .block:
      begin("content-end", blocks)
      blocks += 1
    case .call(let tool): begin("tool-call-end", tool.place)
    case .plan, .hidden: return
    }
    send(&output)
  }

  func endChoice(_ choice: Choice, _ index: Int, _ output: inout ByteBuffer) {
    begin("message-end")
    event.append(",\"id\":\"mock-")
    event.append(decimal: call)
    event.append("\",\"delta\":{\"finish_reason\":\"")
    event.append(choice.finish.inCohere)
    event.append("\"")
    if knobs.reportsUsage {
      event.append(",\"usage\":")
      event.append(CohereUsage.text(of: generation))
    }
    event.append("}")
    send(&output)
  }

  func end(_ output: inout ByteBuffer) {}

  func fail(_ refusal: Refusal, _ output: inout ByteBuffer) {
    begin("message-end")
    event.append(",\"delta\":{\"finish_reason\":\"ERROR\",\"error\":")
    JSONText.appendQuoted(refusal.message, to: &event)
    event.append("}")
    send(&output)
  }

  private func begin(_ type: StaticString, _ index: Int? = nil) {
    event.append("event: ")
    event.append(type)
    event.append("\ndata: {\"type\":\"")
    event.append(type)
    event.append("\"")
    guard let index else { return }
    event.append(",\"index\":")
    event.append(decimal: index)
  }

  private func send(_ output: inout ByteBuffer) {
    event.append("}\n\n")
    event.moveChunk(to: &output)
  }
}
