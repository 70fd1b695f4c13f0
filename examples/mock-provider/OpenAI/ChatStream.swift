// ChatStream: the events of a streamed answer of chat/completions or completions.

import Bytes
import HTTP
import JSON

final class ChatStream: StreamedReply {
  private let generation: Generation
  private let call: Int
  private let isChat: Bool
  private let reportsUsage: Bool
  /// `data: {` and what every event of this stream begins with.
  private let opening: ByteSlice
  /// What every event ends with; usage is null in all but the last when it was asked for.
  private let ending: StaticString
  /// The event being written.
  private var event = ByteBuffer(minimumCapacity: 384)

  init(_ generation: Generation, call: Int, _ knobs: Knobs) {
    self.generation = generation
    self.call = call
    isChat = generation.isChat
    reportsUsage = knobs.reportsUsage && generation.includesUsage
    var text = ByteBuffer(minimumCapacity: 192)
    text.append(isChat ? "data: {\"id\":\"chatcmpl-mock" : "data: {\"id\":\"cmpl-mock")
    text.append(decimal: call)
    text.append(
      isChat
        ? "\",\"object\":\"chat.completion.chunk\",\"created\":" : "\",\"object\":\"text_completion\",\"created\":")
    text.append(decimal: Moment.unixSeconds)
    text.append(",\"model\":")
    JSONText.appendQuoted(generation.model, to: &text)
    text.append(",\"system_fingerprint\":\"fp_mock\",\"choices\":[")
    opening = text.take()
    ending = reportsUsage ? "],\"usage\":null}\n\n" : "]}\n\n"
  }

  /// Who speaks; only chat says so.
  func beginChoice(_ choice: Choice, _ index: Int, _ output: inout ByteBuffer) {
    if !isChat { return }
    beginEvent(index)
    event.append(",\"delta\":{\"role\":\"assistant\",\"content\":")
    event.append(choice.callsTools ? "null" : "\"\",\"refusal\":null")
    event.append("},\"logprobs\":null,\"finish_reason\":null}")
    endEvent(&output)
  }

  /// The call whose arguments follow.
  func beginContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    guard let tool = content.call else { return }
    beginEvent(place.choice)
    event.append(",\"delta\":{\"tool_calls\":[{\"index\":")
    event.append(decimal: tool.place)
    event.append(",\"id\":")
    JSONText.appendQuoted(tool.id("call_", in: call, choice: place.choice), to: &event)
    event.append(",\"type\":\"function\",\"function\":{\"name\":")
    JSONText.appendQuoted(tool.name, to: &event)
    event.append(",\"arguments\":\"\"}}]},\"logprobs\":null,\"finish_reason\":null}")
    endEvent(&output)
  }

  func write(token number: Int, of content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    // OpenAI keeps thoughts to itself.
    if content.kind.isThinking { return }
    beginEvent(place.choice)
    switch content.kind {
    case .call(let tool):
      event.append(",\"delta\":{\"tool_calls\":[{\"index\":")
      event.append(decimal: tool.place)
      event.append(",\"function\":{\"arguments\":\"")
      event.append(token: number, of: content.text)
      event.append("\"}}]}")
    case .refusal:
      event.append(",\"delta\":{\"refusal\":\"")
      event.append(token: number, of: content.text)
      event.append("\"}")
    case .text, .thinking, .redactedThinking:
      event.append(isChat ? ",\"delta\":{\"content\":\"" : ",\"text\":\"")
      event.append(token: number, of: content.text)
      event.append(isChat ? "\"}" : "\"")
    }
    event.append(",\"logprobs\":null,\"finish_reason\":null}")
    endEvent(&output)
  }

  func endChoice(_ choice: Choice, _ index: Int, _ output: inout ByteBuffer) {
    beginEvent(index)
    event.append(isChat ? ",\"delta\":{}" : ",\"text\":\"\"")
    event.append(",\"logprobs\":null,\"finish_reason\":\"")
    event.append(choice.finish.inChat)
    event.append("\"}")
    endEvent(&output)
  }

  /// Usage, where it was asked for, and the end of the stream.
  func end(_ output: inout ByteBuffer) {
    if reportsUsage {
      event.append(opening)
      event.append("],\"usage\":")
      event.append(ChatUsage.text(of: generation))
      event.append("}\n\n")
      event.moveChunk(to: &output)
    }
    output.appendChunk("data: [DONE]\n\n".utf8.span)
  }

  func fail(_ refusal: Refusal, _ output: inout ByteBuffer) {
    event.append("data: ")
    refusal.write(in: .openAI, into: &event)
    event.append("\n")
    event.moveChunk(to: &output)
  }

  private func beginEvent(_ index: Int) {
    event.append(opening)
    event.append("{\"index\":")
    event.append(decimal: index)
  }

  private func endEvent(_ output: inout ByteBuffer) {
    event.append(ending)
    event.moveChunk(to: &output)
  }
}
