// ResponsesEnding: the last event of a response's stream that ends where its budget ends.

import Bytes
import Exchange
import Hub
import JSON
import OpenAI

enum ResponsesEnding {
  /// `response.incomplete`, since the most output tokens were reached, with the usage. What was written stands in the
  /// events before; it is not repeated.
  static func events(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    let before = try? JSONValue.parse(last.span)
    let known = before?["response"]
    let response: JSONValue = [
      "id": known?["id"] ?? .string("resp_\(before?["item_id"]?.string ?? "cut")"),
      "object": "response",
      "created_at": known?["created_at"] ?? 0,
      "model": .string(request.model?.text ?? ""),
      "status": "incomplete",
      "error": .null,
      "incomplete_details": ["reason": "max_output_tokens"],
      "output": .array([]),
      "usage": [
        "input_tokens": .integer(usage.input?.value ?? 0),
        "input_tokens_details": [
          "cached_tokens": .integer(usage.cachedInput?.value ?? 0), "cache_write_tokens": 0,
        ],
        "output_tokens": .integer(usage.output?.value ?? 0),
        "output_tokens_details": ["reasoning_tokens": .integer(usage.reasoning?.value ?? 0)],
        "total_tokens": .integer(usage.total.value),
      ],
    ]
    let number = before?["sequence_number"]?.integer ?? -1
    return event("response.incomplete", after: number, [("response", response)])
  }

  /// - Parameter number: of the event before.
  static func event(_ type: String, after number: Int64, _ members: [(name: String, value: JSONValue)]) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 512)
    buffer.append("event: ")
    buffer.append(type)
    buffer.append("\ndata: ")
    JSONValue.object(
      [("type", .string(type)), ("sequence_number", .integer(number == .max ? number : number + 1))] + members
    )
    .write(into: &buffer)
    buffer.append("\n\n")
    return buffer.take()
  }
}
