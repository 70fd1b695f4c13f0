// BedrockEnding: the last messages of a stream that ends where its budget ends.

import Anthropic
import Bytes
import Exchange
import HTTP
import Hub
import JSON

enum BedrockEnding {
  /// `contentBlockStop` where a block is open, `messageStop` with `max_tokens`, `metadata` with the usage; for an invoked model
  /// of Anthropic's the events it would have sent itself.
  static func events(after last: ByteSlice, usage: Usage) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 1_024)
    let before = try? JSONValue.parse(last.span)
    if before?["type"] != nil {
      for (_, event) in AnthropicEnding.list(after: last, usage: usage) {
        append("chunk", ["bytes": .string(Base64.encoded(text(event)))], to: &buffer)
      }
      return buffer.take()
    }
    if before?["delta"] != nil || before?["start"] != nil, let index = before?["contentBlockIndex"] {
      append("contentBlockStop", .object([("contentBlockIndex", index)]), to: &buffer)
    }
    append("messageStop", ["stopReason": "max_tokens"], to: &buffer)
    let input = usage.input ?? .zero
    let output = usage.output ?? .zero
    let reported: JSONValue = [
      "inputTokens": .integer(input.value), "outputTokens": .integer(output.value),
      "totalTokens": .integer((input + output).value),
    ]
    append("metadata", ["usage": reported, "metrics": ["latencyMs": 0]], to: &buffer)
    return buffer.take()
  }

  private static func append(_ type: StaticString, _ payload: JSONValue, to buffer: inout ByteBuffer) {
    var json = ByteBuffer(minimumCapacity: 256)
    payload.write(into: &json)
    AmazonEvent.append(event: type, payload: json.take(), to: &buffer)
  }

  private static func text(_ value: JSONValue) -> String {
    var json = ByteBuffer(minimumCapacity: 256)
    value.write(into: &json)
    return String(json.span)
  }
}
