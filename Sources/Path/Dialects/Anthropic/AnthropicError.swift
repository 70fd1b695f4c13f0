// AnthropicError: the shape in which Anthropic's SDKs expect to be told what went wrong.

import Bytes
import Exchange
import Hub
import JSON

enum AnthropicError {
  /// `{"type":"error","error":{"type":...,"message":...}}` (platform.claude.com/docs/en/api/errors).
  static func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 512)
    value(of: fault, details: details).write(into: &buffer)
    return buffer.take()
  }

  /// An `error` event: no `message_stop` follows, so that no SDK takes the stream for complete.
  static func event(of fault: Fault) -> ByteSlice {
    EventFrame.event(value(of: fault, details: []), as: "error")
  }

  private static func value(of fault: Fault, details: [(name: String, value: JSONValue)]) -> JSONValue {
    var error: [(name: String, value: JSONValue)] = [
      ("type", .string(type(of: fault.status))), ("message", .string(fault.message)), ("code", .string(fault.code)),
    ]
    if let param = fault.param { error.append(("param", .string(param))) }
    return .object([("type", "error"), ("error", .object(error + details))])
  }

  private static func type(of status: Int) -> String {
    switch status {
    case 401: "authentication_error"
    case 403: "permission_error"
    case 404: "not_found_error"
    case 413: "request_too_large"
    case 429: "rate_limit_error"
    case 504: "timeout_error"
    case 529: "overloaded_error"
    case 500...: "api_error"
    default: "invalid_request_error"
    }
  }
}
