// ClaudeFault: an error of Anthropic's or Bedrock's by its status, in OpenAI's words (platform.openai.com/docs/guides/error-codes).

import Exchange

enum ClaudeFault {
  /// Of a provider's message, in characters.
  private static let messageLengthMax = 4_096

  /// - Parameter message: what the provider says; nil where its reply could not be read.
  static func fault(status: Int, message: String?) -> Fault {
    let (type, code, trigger): (String, String, FailoverTrigger?) =
      switch status {
      case 401: ("authentication_error", "invalid_api_key", .error)
      case 402: ("insufficient_quota", "insufficient_quota", .error)
      case 403: ("permission_error", "permission_denied", .error)
      case 404: ("invalid_request_error", "model_not_found", .error)
      case 408, 504: ("server_error", "timeout", .timeout)
      case 413: ("invalid_request_error", "request_too_large", nil)
      case 429: ("rate_limit_error", "rate_limit_exceeded", .rateLimit)
      case 424, 500...: ("server_error", status == 503 || status == 529 ? "overloaded" : "server_error", .error)
      default: ("invalid_request_error", "invalid_request", nil)
      }
    let said = message.map { String($0.prefix(messageLengthMax)) } ?? ""
    return Fault(
      party: .provider, status: status, type: type, code: code,
      message: said.isEmpty ? "The provider answered with status \(status) and did not say why." : said,
      trigger: trigger)
  }
}
