// ResponsesError: how OpenAI's SDKs expect to be told in a response's stream that it cannot go on.

import Bytes
import Exchange
import Hub
import JSON
import OpenAI

enum ResponsesError {
  /// `response.failed`, the terminal event of a response that did not come to its end, numbered after the events before. No
  /// `response.completed` follows, so that nobody takes the stream for complete.
  static func event(of fault: Fault, after trail: StreamTrail, model: ModelName?) -> ByteSlice {
    let begun = trail.beginning.flatMap { try? JSONValue.parse($0.span) }?["response"]
    let response: JSONValue = [
      "id": begun?["id"] ?? "resp_failed",
      "object": "response",
      "created_at": begun?["created_at"] ?? 0,
      "model": .string(model?.text ?? ""),
      "status": "failed",
      "error": ["code": .string(fault.code), "message": .string(fault.message)],
      "incomplete_details": .null,
      "output": .array([]),
      "usage": .null,
    ]
    return ResponsesEnding.event("response.failed", after: trail.sequence, [("response", response)])
  }
}
