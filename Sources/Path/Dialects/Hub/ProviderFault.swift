// ProviderFault: what providers say went wrong, in OpenAI's words, from which every dialect makes its own.

import Exchange
import JSON

/// Providers name the same causes differently; their statuses tell what their names do not.
package enum ProviderFault {
  package enum Kind {
    case invalid, payment, authentication, permission, notFound, rateLimit, overloaded, unavailable, timeout, server

    /// The status an error of this kind has where it is a reply of its own.
    var status: Int {
      switch self {
      case .invalid: 400
      case .authentication: 401
      case .payment: 402
      case .permission: 403
      case .notFound: 404
      case .rateLimit: 429
      case .server: 502
      case .unavailable: 503
      case .timeout: 504
      case .overloaded: 529
      }
    }
  }

  /// - Parameters:
  ///   - status: that of the reply; nil for an error that stands in the place of an answer, in a stream or under a good
  ///     status, and then the one it has elsewhere.
  ///   - kind: what the provider's own name for it says; nil goes by the status.
  ///   - message: the provider's words, which may be empty.
  package static func fault(status: Int?, kind: Kind?, message: String) -> Fault {
    let status = status ?? (kind ?? .server).status
    let named = kind ?? Self.kind(of: status)
    let (type, code) = names(of: named, message)
    return Fault(
      party: .provider, status: status, type: type, code: code,
      message: message.isEmpty ? "The provider answered with status \(status) and no message." : message,
      trigger: trigger(of: isDecided(by: status) ? Self.kind(of: status) : named))
  }

  /// These say all there is to say, whatever name stands in the body.
  private static func isDecided(by status: Int) -> Bool { status == 429 || status >= 500 }
  /// An answer that the provider broke off, for a reason of its own, which another may not have.
  ///
  /// - Parameters:
  ///   - reason: the word with which it ended: `MALFORMED_FUNCTION_CALL`.
  ///   - words: what the provider says beside it, which may be nothing.
  package static func brokenOff(_ reason: String, _ words: String? = nil) -> Fault {
    let reason = reason.prefix(Limits.reasonLengthMax)
    let words = words?.prefix(Limits.messageLengthMax) ?? ""
    return fault(
      status: 502, kind: .server,
      message: "The provider broke off its answer: \(reason)" + (words.isEmpty ? "." : ": \(words)"))
  }

  private enum Limits {
    static let messageLengthMax = 4_096
    static let reasonLengthMax = 256
    /// How far into an error words are looked for, and how many of a list are told.
    static let depthMax = 6
    static let wordsMax = 16
  }

  /// What an error says, in whatever shape: a text, an object with a message or its like, or a list of these, as FastAPI's
  /// `detail` is. Empty where nothing is said.
  package static func words(in value: JSONValue?, depth: Int = 0) -> String {
    guard let value, depth < Limits.depthMax else { return "" }
    if let text = value.string { return String(text.prefix(Limits.messageLengthMax)) }
    if let elements = value.elements {
      let all = elements.prefix(Limits.wordsMax).map { words(in: $0, depth: depth + 1) }.filter { !$0.isEmpty }
      return String(all.joined(separator: "; ").prefix(Limits.messageLengthMax))
    }
    for name in ["message", "Message", "msg", "error", "detail", "errors", "title", "reason"] {
      let said = words(in: value[name], depth: depth + 1)
      if said.isEmpty { continue }
      guard name == "msg", let place = value["loc"]?.elements else { return said }
      // Where in the body it is.
      return place.map { $0.string ?? $0.text }.joined(separator: ".") + ": " + said
    }
    return ""
  }

  private static func kind(of status: Int) -> Kind {
    switch status {
    case 401: .authentication
    case 402: .payment
    case 403: .permission
    case 404: .notFound
    case 429: .rateLimit
    case 408, 504: .timeout
    // The model's failure, whatever the agent asked.
    case 424: .server
    case 503: .unavailable
    case 529: .overloaded
    case 500...: .server
    default: .invalid
    }
  }

  private static func names(of kind: Kind, _ message: String) -> (type: String, code: String) {
    switch kind {
    case .invalid where saysContextIsFull(message): ("invalid_request_error", "context_length_exceeded")
    case .invalid: ("invalid_request_error", "invalid_value")
    case .payment: ("insufficient_quota", "insufficient_quota")
    case .authentication: ("authentication_error", "invalid_api_key")
    case .permission: ("permission_error", "permission_denied")
    case .notFound: ("invalid_request_error", "model_not_found")
    case .rateLimit: ("rate_limit_error", "rate_limit_exceeded")
    case .overloaded, .unavailable: ("server_error", "overloaded")
    case .timeout: ("timeout_error", "timeout")
    case .server: ("server_error", "server_error")
    }
  }

  /// Providers have no name for it, only words: `The input token count (…) exceeds the maximum number of tokens allowed`,
  /// `too many tokens: total number of tokens in the prompt cannot exceed …`.
  private static func saysContextIsFull(_ message: String) -> Bool {
    let words = message.lowercased().split { !$0.isLetter }
    return words.contains { $0.hasPrefix("token") } && words.contains { $0.hasPrefix("exceed") }
  }

  /// An overloaded provider asks to be left alone, as one does whose limit is reached; another may have money left.
  private static func trigger(of kind: Kind) -> FailoverTrigger? {
    switch kind {
    case .rateLimit, .overloaded: .rateLimit
    case .timeout: .timeout
    case .unavailable, .server, .payment: .error
    case .invalid, .authentication, .permission, .notFound: nil
    }
  }
}
