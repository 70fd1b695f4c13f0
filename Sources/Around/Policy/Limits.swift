// Limits: how much the sidecar takes in, holds and waits for.

import Exchange

extension Policy {
  /// The section `limits`. Sizes in bytes, waits in milliseconds.
  public struct Limits: Hashable, Sendable {
    /// The request line and headers of an agent's request; more is refused with 431.
    public var headBytesMax = 64 << 10
    /// An agent's request body; more is refused with 413.
    public var bodyBytesMax = 64 << 20
    /// A reply that is not a stream and has to be held whole.
    public var replyBytesMax = 64 << 20
    /// The output a call without a bound of its own is reserved, and held to, when a budget applies.
    public var maxOutputTokensDefault = TokenCount(4096)
    /// From the first byte of a request to the end of its head.
    public var headTimeoutMs: Int64 = 10_000
    /// Without a byte from the agent: inside a body, or between two requests.
    public var idleTimeoutMs: Int64 = 120_000

    public init() {}
  }
}

extension Policy.Limits {
  init(_ place: Place, _ diagnostics: inout Diagnostics) {
    self.init()
    let known = [
      "headBytesMax", "bodyBytesMax", "replyBytesMax", "maxOutputTokensDefault", "headTimeout", "idleTimeout",
    ]
    guard let fields = Fields(place, known: known, &diagnostics) else { return }
    if let value = fields["headBytesMax"]?.bytes(in: 1 << 10...1 << 20, &diagnostics) { headBytesMax = value }
    if let value = fields["bodyBytesMax"]?.bytes(in: 1 << 10...1 << 30, &diagnostics) { bodyBytesMax = value }
    if let value = fields["replyBytesMax"]?.bytes(in: 1 << 10...1 << 30, &diagnostics) { replyBytesMax = value }
    if let value = fields["maxOutputTokensDefault"]?.integer(in: 1...10_000_000, &diagnostics) {
      maxOutputTokensDefault = TokenCount(value)
    }
    if let value = fields["headTimeout"]?.milliseconds(&diagnostics) { headTimeoutMs = value }
    if let value = fields["idleTimeout"]?.milliseconds(&diagnostics) { idleTimeoutMs = value }
  }
}
