// WholeReply: an answer in one JSON document, with holes where the texts go, so that a large text is never built.

import Bytes
import JSON

struct WholeReply: ~Copyable {
  /// The document without the texts.
  private(set) var frame = ByteBuffer(minimumCapacity: 1024)
  /// Where in `frame` each text goes, in order.
  private(set) var holes: [(place: Int, text: ReplyText)] = []

  /// Bytes of the document with its texts.
  var count: Int { holes.reduce(frame.count) { $0 + $1.text.escapedCount } }

  init(_ generation: Generation, call: Int, reportsUsage: Bool) {
    frame.append(generation.endpoint == .chat ? "{\"id\":\"chatcmpl-mock" : "{\"id\":\"cmpl-mock")
    frame.append(decimal: call)
    frame.append(
      generation.endpoint == .chat
        ? "\",\"object\":\"chat.completion\",\"created\":" : "\",\"object\":\"text_completion\",\"created\":")
    frame.append(decimal: Moment.unixSeconds)
    frame.append(",\"model\":")
    JSONText.appendQuoted(generation.model, to: &frame)
    frame.append(",\"choices\":[")
    for (index, choice) in generation.choices.enumerated() {
      frame.append(index == 0 ? "{\"index\":" : ",{\"index\":")
      frame.append(decimal: index)
      switch generation.endpoint {
      case .chat: writeMessage(of: choice)
      case .text:
        frame.append(",\"text\":\"")
        leaveHole(for: choice.contents[0].text)
        frame.append("\"")
      }
      frame.append(",\"logprobs\":null,\"finish_reason\":\"")
      frame.append(choice.finishReason)
      frame.append("\"}")
    }
    frame.append("]")
    if reportsUsage {
      frame.append(",\"usage\":")
      Usage.write(generation.promptTokens, generation.completionTokens, into: &frame)
    }
    frame.append(",\"system_fingerprint\":\"fp_mock\"}\n")
  }

  private mutating func writeMessage(of choice: Choice) {
    frame.append(",\"message\":{\"role\":\"assistant\",\"content\":")
    if choice.callsTools {
      frame.append("null,\"tool_calls\":[")
      for (index, content) in choice.contents.enumerated() {
        frame.append(index == 0 ? "{\"id\":" : ",{\"id\":")
        JSONText.appendQuoted(content.call!.id, to: &frame)
        frame.append(",\"type\":\"function\",\"function\":{\"name\":")
        JSONText.appendQuoted(content.call!.name, to: &frame)
        frame.append(",\"arguments\":\"")
        leaveHole(for: content.text)
        frame.append("\"}}")
      }
      frame.append("]")
    } else {
      frame.append("\"")
      leaveHole(for: choice.contents[0].text)
      frame.append("\"")
    }
    frame.append(",\"refusal\":null}")
  }

  private mutating func leaveHole(for text: ReplyText) { holes.append((frame.count, text)) }
}

/// The `usage` object, in the one shape both endpoints have.
enum Usage {
  static func write(_ prompt: Int, _ completion: Int, into buffer: inout ByteBuffer) {
    buffer.append("{\"prompt_tokens\":")
    buffer.append(decimal: prompt)
    buffer.append(",\"completion_tokens\":")
    buffer.append(decimal: completion)
    buffer.append(",\"total_tokens\":")
    buffer.append(decimal: prompt + completion)
    buffer.append(",\"prompt_tokens_details\":{\"cached_tokens\":0}")
    buffer.append(",\"completion_tokens_details\":{\"reasoning_tokens\":0}}")
  }
}
