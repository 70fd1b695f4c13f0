// OpenAIEnding: the last chunks of a chat stream that ends where its budget ends.

import Bytes
import Exchange
import Hub
import JSON

enum OpenAIEnding {
  /// A chunk that finishes every choice with `length`, the usage chunk where the agent asked for one, `[DONE]`.
  static func events(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 512)
    // Identity, time and model are those of the chunks before.
    let before = try? JSONValue.parse(last.span)
    let common = ["id", "object", "created", "model", "system_fingerprint"].compactMap { name in
      before?[name].map { (name: name, value: $0) }
    }
    let isChat = before?["object"]?.string != "text_completion"
    let choices = (0..<request.choices).map { index in
      JSONValue.object(
        [("index", .integer(index))] + (isChat ? [("delta", .object([]))] : [("text", .string(""))])
          + [("finish_reason", "length")])
    }
    EventFrame.append(.object(common + [("choices", .array(choices))]), to: &buffer)
    if request.wantsStreamUsage {
      let input = usage.input ?? .zero
      let output = usage.output ?? .zero
      let usage: JSONValue = [
        "prompt_tokens": .integer(input.value), "completion_tokens": .integer(output.value),
        "total_tokens": .integer((input + output).value),
      ]
      EventFrame.append(.object(common + [("choices", .array([])), ("usage", usage)]), to: &buffer)
    }
    EventFrame.appendDone(to: &buffer)
    return buffer.take()
  }
}
