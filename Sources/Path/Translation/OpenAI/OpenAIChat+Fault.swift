// OpenAIChat+Fault: what a provider of OpenAI's dialects, or a copy of them, says went wrong.

import Bytes
import Conversation
import Exchange
import JSON

extension OpenAIChat {
  public static func fault(status: Int, body: ByteSlice) -> Fault {
    guard let value = try? JSONValue.parse(body.span), let fault = fault(status: status, in: value) else {
      return Fault(
        party: .provider, status: status, type: type(of: status), code: code(of: status),
        message: "The provider answered \(status) and did not say why.")
    }
    return fault
  }

  /// OpenAI's `{"error": {...}}`, Mistral's and vLLM's `{"object": "error", "message": ...}`, the bare texts in `error` and
  /// `detail` of other servers; nil where it is none of them.
  static func fault(status: Int, in value: JSONValue) -> Fault? {
    guard let error = error(in: value) else { return nil }
    guard let message = error["message"]?.string ?? error.string else { return nil }
    // Mistral's validation says what is wrong where, in a list.
    return Fault(
      party: .provider, status: status, type: word(error["type"]) ?? type(of: status),
      code: word(error["code"]) ?? code(of: status), param: error["param"]?.string, message: message)
  }

  private static func error(in value: JSONValue) -> JSONValue? {
    if let error = value["error"], !error.isNull { return error }
    if let detail = value["detail"], detail.kind == .string { return detail }
    return value["message"]?.string == nil ? nil : value
  }

  /// Codes are texts; some servers repeat the status there, which is none.
  private static func word(_ value: JSONValue?) -> String? {
    guard let text = value?.string, !text.isEmpty, Int64(text) == nil else { return nil }
    return text
  }

  /// OpenAI's `type` for a status (developers.openai.com/api/docs/guides/error-codes).
  static func type(of status: Int) -> String {
    switch status {
    case 401: "authentication_error"
    case 403: "permission_error"
    case 404: "not_found_error"
    case 429: "rate_limit_error"
    case 500...: "server_error"
    default: "invalid_request_error"
    }
  }

  private static func code(of status: Int) -> String {
    switch status {
    case 401: "invalid_api_key"
    case 404: "not_found"
    case 429: "rate_limit_exceeded"
    case 500...: "server_error"
    default: "invalid_request"
    }
  }
}
