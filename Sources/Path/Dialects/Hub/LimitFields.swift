// LimitFields: the header fields by which providers tell how much of a rate limit is left.

/// What a limit counts, as far as providers have fields for it.
public enum LimitUnit: Sendable {
  case requests
  case tokens
}

public struct LimitFields: Sendable {
  public let limit: StaticString
  public let remaining: StaticString
  public let reset: StaticString
  /// The moment, as RFC 3339 writes it; else how long it is until then: `6m0s`.
  public let resetIsMoment: Bool

  package init(limit: StaticString, remaining: StaticString, reset: StaticString, resetIsMoment: Bool) {
    self.limit = limit
    self.remaining = remaining
    self.reset = reset
    self.resetIsMoment = resetIsMoment
  }

  /// platform.openai.com/docs/guides/rate-limits, "Rate limits in headers".
  package static func openAI(_ unit: LimitUnit) -> Self {
    switch unit {
    case .requests:
      Self(
        limit: "x-ratelimit-limit-requests", remaining: "x-ratelimit-remaining-requests",
        reset: "x-ratelimit-reset-requests", resetIsMoment: false)
    case .tokens:
      Self(
        limit: "x-ratelimit-limit-tokens", remaining: "x-ratelimit-remaining-tokens",
        reset: "x-ratelimit-reset-tokens", resetIsMoment: false)
    }
  }
}

/// How the events of a stream are told apart.
public enum StreamFraming: Sendable {
  case serverSentEvents
  /// application/vnd.amazon.eventstream
  case amazon

  public var contentType: StaticString {
    switch self {
    case .serverSentEvents: "text/event-stream; charset=utf-8"
    case .amazon: "application/vnd.amazon.eventstream"
    }
  }
}
