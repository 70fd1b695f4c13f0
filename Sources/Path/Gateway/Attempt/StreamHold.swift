// StreamHold: how far a stream may flow under what is held for it, and when more must be held.

import Exchange

/// Told how much output a stream has had, says what to do. Where the bound in the request is what is held, the provider
/// keeps to it, and one that does not is cut. Where no bound could be written, the hold grows ahead of the flow.
struct StreamHold {
  private enum Limits {
    /// By so much the hold leads the flow, at the least, before more is asked for: a second of the fastest models.
    static let lead: Int64 = 1024
    /// What a provider has sent, and bills, by the time a cut reaches it: a quarter of a second and what the buffers hold.
    static let inFlight: Int64 = 512
    static let step: Int64 = 4096
    /// After so much more flow, growth that was refused is asked for again: leases become durable meanwhile.
    static let retry: Int64 = 64
  }

  enum Action: Equatable {
    case goOn
    /// Ask for so much more, and say with `grew` how much it was.
    case grow(TokenCount)
    case cut
  }

  private(set) var held: TokenCount
  let grows: Bool
  /// Nothing is to be done before so much has flowed.
  private var nextAt: TokenCount
  /// There was nothing to be had when it was last asked for.
  private var isExhausted = false

  init(_ held: TokenCount, grows: Bool) {
    self.held = held
    self.grows = grows
    nextAt = held
    if grows { nextAt = Self.less(Limits.lead, of: held) }
  }

  /// - Parameters:
  ///   - least: no more output than there has been.
  ///   - seen: what would be booked for it now.
  mutating func flowed(atLeast least: TokenCount, seen: TokenCount) -> Action {
    if !grows { return least > held ? .cut : .goOn }
    if seen < nextAt { return .goOn }
    // What lies beyond the end is kept for what is on its way when the provider is told to stop.
    return isExhausted && seen >= end ? .cut : .grow(TokenCount(Limits.step))
  }

  /// Some time has passed: there may be something to be had again.
  mutating func waited() { isExhausted = false }

  /// The answer to `grow`; 0 when there was nothing to be had.
  mutating func grew(by more: TokenCount, seen: TokenCount) {
    isExhausted = more == .zero
    held = held + more
    nextAt = isExhausted ? min(seen + TokenCount(Limits.retry), max(end, seen)) : Self.less(Limits.lead, of: held)
  }

  private var end: TokenCount { Self.less(Limits.inFlight, of: held) }

  /// What is held less a margin, which is no more than half of it.
  private static func less(_ margin: Int64, of held: TokenCount) -> TokenCount {
    TokenCount(max(held.value - margin, held.value / 2))
  }
}
