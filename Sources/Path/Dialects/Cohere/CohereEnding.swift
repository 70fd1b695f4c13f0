// CohereEnding: the last events of a chat's stream that ends where its budget ends.

import Bytes
import Exchange
import Hub
import JSON

enum CohereEnding {
  /// `content-end` or `tool-call-end` where a part is open, and `message-end` with `MAX_TOKENS` and the usage.
  static func events(after last: ByteSlice, usage: Usage) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 512)
    let before = try? JSONValue.parse(last.span)
    if let index = before?["index"], let type = before?["type"]?.string {
      switch type {
      case "content-start", "content-delta": append("content-end", [("index", index)], to: &buffer)
      case "tool-call-start", "tool-call-delta": append("tool-call-end", [("index", index)], to: &buffer)
      default: break
      }
    }
    let units: JSONValue = [
      "input_tokens": .integer(usage.input?.value ?? 0), "output_tokens": .integer(usage.output?.value ?? 0),
    ]
    buffer.append(end([("finish_reason", "MAX_TOKENS"), ("usage", ["billed_units": units, "tokens": units])]))
    return buffer.take()
  }

  static func end(_ delta: [(name: String, value: JSONValue)]) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 256)
    append("message-end", [("delta", .object(delta))], to: &buffer)
    return buffer.take()
  }

  private static func append(
    _ type: StaticString, _ members: [(name: String, value: JSONValue)], to buffer: inout ByteBuffer
  ) {
    EventFrame.append(.object([("type", .string("\(type)"))] + members), as: type, to: &buffer)
  }
}
