// GeminiError: the shape in which Google's SDKs expect to be told what went wrong (google.rpc.Status, AIP-193).

import Bytes
import Exchange
import Hub
import JSON

enum GeminiError {
  static func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 512)
    value(of: fault, details: details).write(into: &buffer)
    return buffer.take()
  }

  /// An error in the place of the next chunk; no finish reason follows.
  static func event(of fault: Fault) -> ByteSlice {
    EventFrame.event(value(of: fault, details: []))
  }

  private static func value(of fault: Fault, details: [(name: String, value: JSONValue)]) -> JSONValue {
    var rows: [JSONValue] = [
      .object([
        ("@type", "type.googleapis.com/google.rpc.ErrorInfo"), ("reason", .string(fault.code)), ("domain", "aigw"),
        ("metadata", .object(details)),
      ])
    ]
    if let wait = details.first(where: { $0.name == "retryAfterMs" })?.value.integer {
      let seconds = (wait + 999) / 1000
      rows.append(
        .object([
          ("@type", "type.googleapis.com/google.rpc.RetryInfo"), ("retryDelay", .string("\(seconds)s")),
        ]))
    }
    return .object([
      (
        "error",
        .object([
          ("code", .integer(Int64(fault.status))), ("message", .string(fault.message)),
          ("status", .string(status(of: fault.status))), ("details", .array(rows)),
        ])
      )
    ])
  }

  /// The canonical code of an HTTP status (google.rpc.Code).
  private static func status(of status: Int) -> String {
    switch status {
    case 401: "UNAUTHENTICATED"
    case 403: "PERMISSION_DENIED"
    case 404: "NOT_FOUND"
    case 409: "ABORTED"
    case 429: "RESOURCE_EXHAUSTED"
    case 501: "UNIMPLEMENTED"
    case 502, 503, 529: "UNAVAILABLE"
    case 504: "DEADLINE_EXCEEDED"
    case 500...: "INTERNAL"
    default: "INVALID_ARGUMENT"
    }
  }
}
