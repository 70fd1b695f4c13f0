// AnthropicMessages+Fault: what a provider says went wrong (platform.claude.com/docs/en/api/errors).

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension AnthropicMessages {
  public static func fault(status: Int?, body: ByteSlice) -> Fault {
    let value = try? JSONValue.parse(body.span)
    return fault(status: status, value?["error"] ?? value)
  }

  static func fault(status: Int?, _ error: JSONValue?) -> Fault {
    let type = error?["type"]?.string
    let message = String(ProviderFault.words(in: error).prefix(Limits.messageLengthMax))
    return ProviderFault.fault(status: status ?? Self.status(of: type), kind: kind(of: type), message: message)
  }

  /// The status that an error of this type has as a reply of its own, where that is not its kind's.
  private static func status(of type: String?) -> Int? {
    switch type {
    case "request_too_large": 413
    case "invalid_request_error", "authentication_error", "billing_error", "permission_error", "not_found_error",
      "rate_limit_error", "timeout_error", "overloaded_error":
      nil
    default: 500
    }
  }

  /// nil for a type that says no more than the status.
  private static func kind(of type: String?) -> ProviderFault.Kind? {
    switch type {
    case "invalid_request_error", "request_too_large": .invalid
    case "billing_error": .payment
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
