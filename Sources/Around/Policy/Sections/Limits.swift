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
    /// A refusal that time mends within this long tells the agent's SDK to try again; a longer one tells it not to.
    public var retryableWithinMs: Int64 = 60_000
    /// What becomes of an attempt whose agent has gone.
    public var onDisconnect = DisconnectRule.cancel
    /// What becomes of calls under a budget while nothing can be written to the ledger.
    public var onLedgerLoss = LossRule.failClosed
    /// What becomes of calls under a budget when the daemon is gone and what it had granted is spent.
    public var onAuthorityLoss = LossRule.failClosed

    public init() {}
  }

  public enum DisconnectRule: String, CaseIterable, Hashable, Sendable {
    /// The provider is hung up on at once; what it has not reported is estimated.
    case cancel
    /// The reply is read to its end and thrown away, for the usage it reports.
    case drain
  }

  public enum LossRule: String, CaseIterable, Hashable, Sendable {
    /// Calls are refused: nothing is spent that is not written down.
    case failClosed
    /// Calls go on: they are counted in memory, and written down or reported once that is possible.
    case failOpen
  }
}

extension Policy.Limits {
  private static let fields = [
    "headBytesMax", "bodyBytesMax", "replyBytesMax", "maxOutputTokensDefault", "headTimeout", "idleTimeout",
    "retryableWithin", "onDisconnect", "onLedgerLoss", "onAuthorityLoss",
  ]

  init(_ place: Place, _ diagnostics: inout Diagnostics) {
    self.init()
    guard let fields = Fields(place, known: Self.fields, &diagnostics) else { return }
    if let value = fields["headBytesMax"]?.bytes(in: 1 << 10...1 << 20, &diagnostics) { headBytesMax = value }
    if let value = fields["bodyBytesMax"]?.bytes(in: 1 << 10...1 << 30, &diagnostics) { bodyBytesMax = value }
    if let value = fields["replyBytesMax"]?.bytes(in: 1 << 10...1 << 30, &diagnostics) { replyBytesMax = value }
    if let value = fields["maxOutputTokensDefault"]?.integer(in: 1...10_000_000, &diagnostics) {
      maxOutputTokensDefault = TokenCount(value)
    }
    if let value = fields["headTimeout"]?.milliseconds(&diagnostics) { headTimeoutMs = value }
    if let value = fields["idleTimeout"]?.milliseconds(&diagnostics) { idleTimeoutMs = value }
    if let value = fields["retryableWithin"]?.milliseconds(&diagnostics) { retryableWithinMs = value }
    if let rule = fields["onDisconnect"]?.word(of: Policy.DisconnectRule.self, &diagnostics) { onDisconnect = rule }
    if let rule = fields["onLedgerLoss"]?.word(of: Policy.LossRule.self, &diagnostics) { onLedgerLoss = rule }
    if let rule = fields["onAuthorityLoss"]?.word(of: Policy.LossRule.self, &diagnostics) { onAuthorityLoss = rule }
  }
}
