// ResponsesError: how OpenAI's SDKs expect to be told in a response's stream that it cannot go on.

import Bytes
import Exchange
import Hub
import JSON
import OpenAI

enum ResponsesError {
  /// An event `error` as the reference has it, with the member `error` that the SDKs raise. No `response.completed`
  /// follows, so that none of them takes the stream for complete.
  static func event(of fault: Fault) -> ByteSlice {
    let param = fault.param.map { JSONValue.string($0) } ?? .null
    return ResponsesEnding.event(
      "error", after: -1,
      [
        ("code", .string(fault.code)), ("message", .string(fault.message)), ("param", param),
        (
          "error",
          ["message": .string(fault.message), "type": .string(fault.type), "param": param, "code": .string(fault.code)]
        ),
      ])
  }
}
