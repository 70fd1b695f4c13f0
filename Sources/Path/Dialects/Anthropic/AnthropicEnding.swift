// AnthropicEnding: the last events of a message stream that ends where its budget ends.

import Bytes
import Exchange
import JSON

enum AnthropicEnding {
  /// `content_block_stop` where a block is open, `message_delta` with `max_tokens` and the usage, `message_stop`.
  static func events(after last: ByteSlice, usage: Usage) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 512)
    let before = try? JSONValue.parse(last.span)
    let type = before?["type"]?.string
    if type == "content_block_start" || type == "content_block_delta", let index = before?["index"] {
      append("content_block_stop", [("index", index)], to: &buffer)
    }
    append(
      "message_delta",
      [
        ("delta", ["stop_reason": "max_tokens", "stop_sequence": .null]),
        ("usage", ["output_tokens": .integer(usage.output?.value ?? 0)]),
      ], to: &buffer)
    append("message_stop", [], to: &buffer)
    return buffer.take()
  }

  private static func append(
    _ type: String, _ members: [(name: String, value: JSONValue)], to buffer: inout ByteBuffer
  ) {
    buffer.append("event: ")
    buffer.append(type)
    buffer.append("\ndata: ")
    JSONValue.object([("type", .string(type))] + members).write(into: &buffer)
    buffer.append("\n\n")
  }
}
