// AnthropicMessages+Fault: what a provider says went wrong (platform.claude.com/docs/en/api/errors).

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension AnthropicMessages {
  public static func fault(status: Int, body: ByteSlice) -> Fault {
    let value = try? JSONValue.parse(body.span)
    return fault(status: status, value?["error"] ?? value)
  }

  /// What an `error` event says; its status is the one its type has elsewhere.
  static func fault(ofEvent error: JSONValue?) -> Fault {
    let status =
      switch error?["type"]?.string {
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
    return fault(status: status, error)
  }

  private static func fault(status: Int, _ error: JSONValue?) -> Fault {
    let message = String(ProviderFault.words(in: error).prefix(Limits.messageLengthMax))
    var fault = ProviderFault.fault(status: status, kind: kind(of: error?["type"]?.string), message: message)
    // Another backend may have money left.
    if error?["type"]?.string == "billing_error" {
      fault.type = "insufficient_quota"
      fault.code = "insufficient_quota"
      fault.trigger = .error
    }
    return fault
  }

  /// nil for a type that says no more than the status.
  private static func kind(of type: String?) -> ProviderFault.Kind? {
    switch type {
    case "invalid_request_error", "request_too_large", "billing_error": .invalid
    case "authentication_error": .authentication
    case "permission_error": .permission
    case "not_found_error": .notFound
    case "rate_limit_error": .rateLimit
    case "timeout_error": .timeout
    case "overloaded_error": .overloaded
    case "api_error": .server
    default: nil
    }
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
