// Renewal: when a token that ends is fetched anew, and what a call gets until then.

import Exchange

/// A token, or keys, and how long they are good for.
struct Token<Value: Sendable>: Sendable {
  let value: Value
  /// nil for what does not end.
  let expiresAt: WallTime?
}

/// One token's life: held, ending, fetched anew, failed to be. At most one fetch is under way; the last good token stays
/// in use until it ends.
struct Renewal<Value: Sendable>: Sendable {
  enum Limits {
    /// How long before its end a token is fetched anew; for one that is short, a quarter of its life.
    static var aheadMs: Int64 { 600_000 }
    /// How long before its end it is no longer used, so that it does not end under way; for a short one, a tenth.
    static var restMs: Int64 { 10_000 }
    static var firstRetryMs: Int64 { 1000 }
    static var retryMaxMs: Int64 { 60_000 }
  }

  enum Answer: Sendable {
    case use(Value)
    /// None is held, and one is being fetched.
    case wait
    /// None is held, and the last attempt failed.
    case refuse(String)
  }

  private var token: Token<Value>?
  private var life: (restsAt: WallTime, renewsAt: WallTime)?
  private(set) var isFetching = false
  private var failures = 0
  private(set) var problem: String?
  /// nil where nothing is due.
  private var nextFetchAt: WallTime?

  /// What a call gets.
  func answer(at now: WallTime) -> Answer {
    if let token, life.map({ now < $0.restsAt }) ?? true { return .use(token.value) }
    if isFetching { return .wait }
    return problem.map(Answer.refuse) ?? .wait
  }

  /// Whether to fetch now; the caller then does, and reports how it ended.
  mutating func begins(at now: WallTime) -> Bool {
    if isFetching { return false }
    if token != nil || problem != nil {
      guard let nextFetchAt, nextFetchAt <= now else { return false }
    }
    isFetching = true
    return true
  }

  /// The source has changed: the next fetch is due now.
  mutating func sourceChanged(at now: WallTime) {
    failures = 0
    nextFetchAt = now
  }

  /// - Returns: whether it is good again after a failure.
  mutating func arrived(_ token: Token<Value>, at now: WallTime) -> Bool {
    if let expiresAt = token.expiresAt, expiresAt <= now {
      failed("the token that came has already ended: is this machine's clock right?", at: now)
      return false
    }
    let isMended = problem != nil
    isFetching = false
    failures = 0
    problem = nil
    self.token = token
    guard let expiresAt = token.expiresAt else {
      life = nil
      nextFetchAt = nil
      return isMended
    }
    let leftMs = expiresAt.milliseconds - now.milliseconds
    let renewsAt = WallTime(milliseconds: expiresAt.milliseconds - min(Limits.aheadMs, leftMs / 4))
    life = (WallTime(milliseconds: expiresAt.milliseconds - min(Limits.restMs, leftMs / 10)), renewsAt)
    // A service may give the same token until shortly before its end: it is not asked without pause.
    nextFetchAt = WallTime(milliseconds: max(renewsAt.milliseconds, now.milliseconds + Limits.firstRetryMs))
    return isMended
  }

  mutating func failed(_ problem: String, at now: WallTime) {
    isFetching = false
    self.problem = problem
    let pauseMs = min(Limits.retryMaxMs, Limits.firstRetryMs << min(failures, 10))
    failures += 1
    nextFetchAt = WallTime(milliseconds: now.milliseconds + pauseMs)
  }

  /// How long until a fetch is due; nil while none is, or one is under way.
  func pauseMs(at now: WallTime) -> Int64? {
    if isFetching { return nil }
    return nextFetchAt.map { max(1, $0.milliseconds - now.milliseconds) }
  }
}
