// AnthropicEnding: the last events of a message stream that ends where its budget ends.

import Bytes
import Exchange
import Hub
import JSON

package enum AnthropicEnding {
  package static func events(after last: ByteSlice, usage: Usage) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 512)
    for (type, event) in list(after: last, usage: usage) { EventFrame.append(event, as: type, to: &buffer) }
    return buffer.take()
  }

  /// `content_block_stop` where a block is open, `message_delta` with `max_tokens` and the usage, `message_stop`.
  package static func list(after last: ByteSlice, usage: Usage) -> [(type: StaticString, event: JSONValue)] {
    var events: [(type: StaticString, event: JSONValue)] = []
    func add(_ type: StaticString, _ members: [(name: String, value: JSONValue)]) {
      events.append((type, .object([("type", .string("\(type)"))] + members)))
    }
    let before = try? JSONValue.parse(last.span)
    let type = before?["type"]?.string
    if type == "content_block_start" || type == "content_block_delta", let index = before?["index"] {
      add("content_block_stop", [("index", index)])
    }
    add(
      "message_delta",
      [
        ("delta", ["stop_reason": "max_tokens", "stop_sequence": .null]),
        ("usage", ["output_tokens": .integer(usage.output?.value ?? 0)]),
      ])
    add("message_stop", [])
    return events
  }
}
