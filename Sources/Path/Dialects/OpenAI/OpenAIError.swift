// OpenAIError: the shape in which OpenAI's SDKs expect to be told what went wrong.

import Bytes
import Exchange
import Hub
import JSON

package enum OpenAIError {
  /// `{"error":{"message":...,"type":...,"param":...,"code":...}}`, with `details` as further members of the error.
  package static func body(of fault: Fault, details: [(name: String, value: JSONValue)] = []) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 512)
    value(of: fault, details: details).write(into: &buffer)
    return buffer.take()
  }

  private static func value(of fault: Fault, details: [(name: String, value: JSONValue)] = []) -> JSONValue {
    let error: [(name: String, value: JSONValue)] = [
      ("message", .string(fault.message)), ("type", .string(fault.type)),
      ("param", fault.param.map { .string($0) } ?? .null), ("code", .string(fault.code)),
    ]
    return .object([("error", .object(error + details))])
  }

  /// The same as the last event of a stream that cannot go on; no `[DONE]` follows, so that no SDK takes the stream for
  /// complete.
  package static func event(of fault: Fault) -> ByteSlice {
    EventFrame.event(value(of: fault))
  }
}
