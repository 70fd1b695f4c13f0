// Refusal: an error as OpenAI words it.

import Bytes
import JSON

/// A status and the error body that goes with it.
struct Refusal: Error, Sendable {
  let status: Int
  let message: String
  let type: String
  var param: String?
  var code: String?

  /// 400: the request is at fault, in its field `param` where there is one.
  static func invalid(_ message: String, param: String? = nil, code: String? = nil) -> Refusal {
    Refusal(status: 400, message: message, type: "invalid_request_error", param: param, code: code)
  }

  static func unknownModel(_ model: String) -> Refusal {
    Refusal(
      status: 404, message: "The model `\(model)` does not exist or you do not have access to it.",
      type: "invalid_request_error", code: "model_not_found")
  }

  static func wrongKey() -> Refusal {
    Refusal(
      status: 401, message: "Incorrect API key provided.", type: "invalid_request_error", code: "invalid_api_key")
  }

  static func wrongMethod(_ allowed: String) -> Refusal {
    Refusal(
      status: 405, message: "Not allowed: this path wants \(allowed).", type: "invalid_request_error",
      code: "method_not_supported")
  }

  static func nowhere(_ path: String) -> Refusal {
    Refusal(status: 404, message: "Invalid URL (\(path))", type: "invalid_request_error", code: "unknown_url")
  }

  /// The error the knob `status` asks for, with the type and code OpenAI gives that status.
  static func asked(_ status: Int) -> Refusal {
    let (type, code): (String, String?) =
      switch status {
      case 401: ("invalid_request_error", "invalid_api_key")
      case 403: ("invalid_request_error", "unsupported_country_region_territory")
      case 404: ("invalid_request_error", "model_not_found")
      case 429: ("requests", "rate_limit_exceeded")
      case 500...: ("server_error", status == 503 ? "service_unavailable" : nil)
      default: ("invalid_request_error", nil)
      }
    return Refusal(
      status: status, message: "The mock provider was asked to answer \(status).", type: type, code: code)
  }

  func write(into buffer: inout ByteBuffer) {
    buffer.append("{\"error\":{\"message\":")
    JSONText.appendQuoted(message, to: &buffer)
    buffer.append(",\"type\":")
    JSONText.appendQuoted(type, to: &buffer)
    for (name, value) in [(",\"param\":" as StaticString, param), (",\"code\":", code)] {
      buffer.append(name)
      if let value { JSONText.appendQuoted(value, to: &buffer) } else { buffer.append("null") }
    }
    buffer.append("}}\n")
  }
}
