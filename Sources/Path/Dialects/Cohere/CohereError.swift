// CohereError: the shape in which Cohere's SDKs expect to be told what went wrong (docs.cohere.com/reference/errors).

import Bytes
import Exchange
import Hub
import JSON

enum CohereError {
  /// `{"message":...}`, and what else is known beside it.
  static func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 512)
    var members: [(name: String, value: JSONValue)] = [
      ("message", .string(fault.message)), ("type", .string(fault.type)), ("code", .string(fault.code)),
    ]
    if let param = fault.param { members.append(("param", .string(param))) }
    JSONValue.object(members + details).write(into: &buffer)
    return buffer.take()
  }

  /// The end of a message that failed.
  static func event(of fault: Fault) -> ByteSlice {
    CohereEnding.end([("finish_reason", "ERROR"), ("error", .string(fault.message))])
  }
}
