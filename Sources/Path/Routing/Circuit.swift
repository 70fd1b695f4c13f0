// Circuit: a circuit breaker: keeps calls away from a backend that keeps failing, and lets one probe find out more.

import Exchange

/// A circuit breaker as a value: tell it what happened, ask it whether a call may go.
///
/// Closed, it lets everything through. After `failuresToOpen` failures in a row, or a rate limit that says how long to
/// wait, it opens for a cooldown. Then one probe may go (half-open): its success closes the circuit, its failure opens
/// it again for twice as long (exponential back-off), up to `cooldownMaxMs`.
public struct Circuit: Sendable {
  public enum Limits {
    public static let failuresToOpen = 5
    public static let cooldownMs: Int64 = 1_000
    public static let cooldownMaxMs: Int64 = 60_000
  }

  public enum State: Hashable, Sendable {
    case closed(failures: Int)
    case open(until: MonotonicTime, cooldownMs: Int64)
    case halfOpen(cooldownMs: Int64)
  }

  public private(set) var state = State.closed(failures: 0)

  public init() {}

  /// Whether a call may be sent now. In the half-open state only the first asker is let through.
  public mutating func admits(at now: MonotonicTime) -> Bool {
    switch state {
    case .closed: return true
    case .open(let until, let cooldownMs):
      if now < until { return false }
      state = .halfOpen(cooldownMs: cooldownMs)
      return true
    case .halfOpen: return false
    }
  }

  public mutating func succeeded() { state = .closed(failures: 0) }

  /// What became of it since it was in the state `before`; probes that fail leave it as it was.
  public func change(since before: State) -> CircuitChange? {
    switch (before, state) {
    case (.closed, .open(let until, _)): .opened(until: until)
    case (.open, .closed), (.halfOpen, .closed): .closed
    case (.closed, .closed), (.closed, .halfOpen), (.open, .open), (.open, .halfOpen), (.halfOpen, .open),
      (.halfOpen, .halfOpen):
      nil
    }
  }

  /// The probe ended without telling anything (the agent left): the next call may probe.
  public mutating func abandoned(at now: MonotonicTime) {
    if case .halfOpen(let cooldownMs) = state { state = .open(until: now, cooldownMs: cooldownMs) }
  }

  /// A failure; `retryAfterMs` is how long the provider asked to be left alone, where it did.
  public mutating func failed(at now: MonotonicTime, retryAfterMs: Int64? = nil) {
    if let retryAfterMs, retryAfterMs > 0 {
      let pause = min(retryAfterMs, Limits.cooldownMaxMs)
      state = .open(until: now.advanced(byMs: pause), cooldownMs: Limits.cooldownMs)
      return
    }
    switch state {
    case .closed(let failures):
      if failures + 1 < Limits.failuresToOpen {
        state = .closed(failures: failures + 1)
      } else {
        state = .open(until: now.advanced(byMs: Limits.cooldownMs), cooldownMs: Limits.cooldownMs)
      }
    case .halfOpen(let cooldownMs):
      let longer = min(cooldownMs * 2, Limits.cooldownMaxMs)
      state = .open(until: now.advanced(byMs: longer), cooldownMs: longer)
    case .open: break
    }
  }
}

/// What people are told of a circuit.
public enum CircuitChange: Hashable, Sendable {
  /// Nobody is asked before then.
  case opened(until: MonotonicTime)
  case closed
}
