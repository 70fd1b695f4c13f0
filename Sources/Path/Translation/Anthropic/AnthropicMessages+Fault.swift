// AnthropicMessages+Fault: what a provider says went wrong (platform.claude.com/docs/en/api/errors).

import Bytes
import Conversation
import Exchange
import JSON

extension AnthropicMessages {
  public static func fault(status: Int, body: ByteSlice) -> Fault {
    let error = (try? JSONValue.parse(body.span))?["error"]
    return fault(status: status, type: error?["type"]?.string, message: error?["message"]?.string)
  }

  /// What an `error` event says; its status is the one its type has elsewhere.
  static func fault(ofEvent error: JSONValue?) -> Fault {
    let type = error?["type"]?.string
    let status =
      switch type {
      case "invalid_request_error": 400
      case "authentication_error": 401
      case "billing_error": 402
      case "permission_error": 403
      case "not_found_error": 404
      case "request_too_large": 413
      case "rate_limit_error": 429
      case "timeout_error": 504
      case "overloaded_error": 529
      default: 500
      }
    return fault(status: status, type: type, message: error?["message"]?.string)
  }

  private static func fault(status: Int, type: String?, message: String?) -> Fault {
    var fault = ClaudeFault.fault(status: status, message: message)
    if type == "billing_error" {
      fault.type = "insufficient_quota"
      fault.code = "insufficient_quota"
    }
    return fault
  }

  /// Anthropic's word for a fault in OpenAI's words.
  static func errorType(of fault: Fault) -> String {
    switch (fault.type, fault.status) {
    case ("authentication_error", _), (_, 401): "authentication_error"
    case ("permission_error", _), (_, 403): "permission_error"
    case ("rate_limit_error", _), (_, 429): "rate_limit_error"
    case (_, 404): "not_found_error"
    case (_, 413): "request_too_large"
    case (_, 408), (_, 504): "timeout_error"
    case (_, 503), (_, 529): "overloaded_error"
    case ("invalid_request_error", _): "invalid_request_error"
    default: fault.status >= 500 ? "api_error" : "invalid_request_error"
    }
  }
}
