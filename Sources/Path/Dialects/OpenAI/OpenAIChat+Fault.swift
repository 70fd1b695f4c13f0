// OpenAIChat+Fault: what a provider of OpenAI's dialects, or a copy of them, says went wrong.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension OpenAIChat {
  public static func fault(status: Int?, body: ByteSlice) -> Fault {
    guard let value = try? JSONValue.parse(body.span) else {
      return ProviderFault.fault(status: status, kind: nil, message: "")
    }
    return fault(status: status, in: value)
  }

  /// OpenAI's `{"error": {...}}`, Mistral's and vLLM's `{"object": "error", "message": ...}`, what stands in `error` and
  /// `detail` of other servers, which may be texts, lists and objects, and lists of all these.
  package static func fault(status: Int?, in value: JSONValue) -> Fault {
    let error = error(in: value)
    let (type, code) = (word(error?["type"]), word(error?["code"]))
    let named = code.flatMap(kind(of:)) ?? type.flatMap(kind(of:))
    var fault = ProviderFault.fault(
      status: status ?? Self.status(error?["code"]), kind: status == nil ? named : nil,
      message: ProviderFault.words(in: error))
    if let type { fault.type = type }
    if let code { fault.code = code }
    fault.param = error?["param"]?.string
    return fault
  }

  private static func error(in value: JSONValue) -> JSONValue? {
    let value = value[0] ?? value
    if let error = value["error"], !error.isNull { return error[0] ?? error }
    // A response that failed, in its last event; a choice that failed, with OpenRouter.
    for inner in [value["response"]?["error"], value["choices"]?[0]?["error"]] {
      if let inner, !inner.isNull { return inner }
    }
    return value
  }

  /// Codes are texts; some servers repeat the status there, which is none. An event `error` is of that type, whatever the error.
  private static func word(_ value: JSONValue?) -> String? {
    guard let text = value?.string, !text.isEmpty, text != "error", Int64(text) == nil else { return nil }
    return text
  }

  /// Where an error without a reply of its own has a status, it is its code.
  private static func status(_ code: JSONValue?) -> Int? {
    let number = code?.integer ?? code?.string.flatMap { Int64($0) }
    return number.flatMap { (400...599).contains($0) ? Int($0) : nil }
  }

  /// What a type or a code says; nil for one that says no more than that something went wrong.
  private static func kind(of word: String) -> ProviderFault.Kind? {
    switch word {
    case "rate_limit_error", "rate_limit_exceeded", "insufficient_quota", "too_many_requests": .rateLimit
    case "overloaded_error", "overloaded", "server_overloaded", "slow_down": .overloaded
    case "timeout", "timeout_error", "request_timeout": .timeout
    case "billing_error", "insufficient_credits": .payment
    case "authentication_error", "invalid_api_key": .authentication
    case "permission_error", "permission_denied": .permission
    case "model_not_found", "not_found_error": .notFound
    case "invalid_request_error", "context_length_exceeded", "invalid_prompt": .invalid
    case "service_unavailable", "service_unavailable_error": .unavailable
    default: nil
    }
  }
}
