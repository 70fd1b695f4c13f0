// StreamedReply: the events of a streamed answer, in the order they are sent.

import Bytes
import HTTP
import JSON

/// Writes events, each as one chunk of the body.
struct StreamedReply: ~Copyable {
  private let endpoint: Generation.Endpoint
  /// `data: {` and what every event of this stream begins with.
  private let opening: ByteSlice
  /// What every event ends with; usage is null in all but the last when it was asked for.
  private let ending: StaticString
  /// The event being written.
  private var event = ByteBuffer(minimumCapacity: 384)

  init(_ generation: Generation, call: Int, reportsUsage: Bool) {
    endpoint = generation.endpoint
    var text = ByteBuffer(minimumCapacity: 192)
    text.append(endpoint == .chat ? "data: {\"id\":\"chatcmpl-mock" : "data: {\"id\":\"cmpl-mock")
    text.append(decimal: call)
    text.append(
      endpoint == .chat
        ? "\",\"object\":\"chat.completion.chunk\",\"created\":" : "\",\"object\":\"text_completion\",\"created\":")
    text.append(decimal: Moment.unixSeconds)
    text.append(",\"model\":")
    JSONText.appendQuoted(generation.model, to: &text)
    text.append(",\"system_fingerprint\":\"fp_mock\",\"choices\":[")
    opening = text.take()
    ending = reportsUsage && generation.includesUsage ? "],\"usage\":null}\n\n" : "]}\n\n"
  }

  /// Who speaks; only chat says so.
  mutating func writeRole(_ choice: Choice, _ index: Int, to output: inout ByteBuffer) {
    if endpoint == .text { return }
    begin()
    event.append("{\"index\":")
    event.append(decimal: index)
    event.append(",\"delta\":{\"role\":\"assistant\",\"content\":")
    event.append(choice.callsTools ? "null" : "\"\",\"refusal\":null")
    event.append("},\"logprobs\":null,\"finish_reason\":null}")
    end(&output)
  }

  /// The call whose arguments follow.
  mutating func writeCall(_ call: Content.Call, at place: Int, _ index: Int, to output: inout ByteBuffer) {
    begin()
    event.append("{\"index\":")
    event.append(decimal: index)
    event.append(",\"delta\":{\"tool_calls\":[{\"index\":")
    event.append(decimal: place)
    event.append(",\"id\":")
    JSONText.appendQuoted(call.id, to: &event)
    event.append(",\"type\":\"function\",\"function\":{\"name\":")
    JSONText.appendQuoted(call.name, to: &event)
    event.append(",\"arguments\":\"\"}}]},\"logprobs\":null,\"finish_reason\":null}")
    end(&output)
  }

  /// One token of the content at `place` of choice `index`.
  mutating func writeToken(
    _ number: Int, of content: Content, at place: Int, _ index: Int, to output: inout ByteBuffer
  ) {
    let range = content.text.end(ofToken: number - 1)..<content.text.end(ofToken: number)
    begin()
    event.append("{\"index\":")
    event.append(decimal: index)
    if endpoint == .text {
      event.append(",\"text\":\"")
    } else if content.call == nil {
      event.append(",\"delta\":{\"content\":\"")
    } else {
      event.append(",\"delta\":{\"tool_calls\":[{\"index\":")
      event.append(decimal: place)
      event.append(",\"function\":{\"arguments\":\"")
    }
    content.text.appendEscaped(range, to: &event)
    if endpoint == .text {
      event.append("\"")
    } else {
      event.append(content.call == nil ? "\"}" : "\"}}]}")
    }
    event.append(",\"logprobs\":null,\"finish_reason\":null}")
    end(&output)
  }

  mutating func writeFinish(_ choice: Choice, _ index: Int, to output: inout ByteBuffer) {
    begin()
    event.append("{\"index\":")
    event.append(decimal: index)
    event.append(endpoint == .text ? ",\"text\":\"\"" : ",\"delta\":{}")
    event.append(",\"logprobs\":null,\"finish_reason\":\"")
    event.append(choice.finishReason)
    event.append("\"}")
    end(&output)
  }

  /// Usage, where it was asked for, and the end of the stream.
  mutating func writeEnd(_ generation: Generation, reportsUsage: Bool, to output: inout ByteBuffer) {
    if reportsUsage && generation.includesUsage {
      begin()
      event.append("],\"usage\":")
      Usage.write(generation.promptTokens, generation.completionTokens, into: &event)
      event.append("}\n\n")
      output.appendChunk(event.span)
    }
    let done: StaticString = "data: [DONE]\n\n"
    output.append(hexadecimal: done.utf8CodeUnitCount)
    output.append("\r\n")
    output.append(done)
    output.append("\r\n")
    output.appendLastChunk()
  }

  private mutating func begin() {
    event.removeAll()
    event.append(opening)
  }

  private mutating func end(_ output: inout ByteBuffer) {
    event.append(ending)
    output.appendChunk(event.span)
  }
}
