// Refusal: which budget said no, why, and when to come back.
import Exchange
import Meters

/// The budget that keeps a call waiting longest, of those that refused it.
public struct Refusal: Error, Hashable, Sendable {
  public enum Cause: String, Hashable, Sendable {
    /// The spend itself leaves no room until the budget refills.
    case spent
    /// There would be room if the calls now open cost less than they hold.
    case held
    /// The call is larger than the whole budget: waiting does not help.
    case tooLarge
    /// The budget counts what nobody can tell of this call: dollars of a model without a price.
    case unpriced
    /// The budget counts as many keys as it can, all with unexpired spend.
    case tooManyKeys
  }

  public var budget: BudgetName
  public var cause: Cause
  /// What the budget matched and is split by, with this call's values; empty for a global one.
  public var scope: [BudgetRule.Selector]
  public var unit: BudgetRule.Unit
  public var limit: Int64
  public var shape: BudgetRule.Shape
  /// Units spent in this window, or not yet drained from the bucket.
  public var used: Int64
  /// Units held by open calls.
  public var reserved: Int64
  /// Units this call needs at the least.
  public var needed: Int64
  /// When the budget is whole again, if nothing more is spent.
  public var resetsAt: WallTime
  /// The earliest time the call could fit; nil: never.
  public var retryAfterMs: Int64?

  /// For people: what happened, to what, and what to do.
  public var message: String {
    let name = scope.isEmpty ? "Budget \(budget)" : "Budget \(budget) (\(scope.text))"
    let rate = "\(amount(limit))\(unitText) per \(spanText)"
    let state =
      "\(amount(used)) used, \(amount(reserved)) held by open calls, \(amount(needed)) needed for this one"
    return switch cause {
    case .spent: "\(name) allows \(rate): \(state). It is whole again at \(resetsAt.iso8601)."
    case .held: "\(name) allows \(rate): \(state). Try again when those calls have ended."
    case .tooLarge: "\(name) allows \(rate): \(state). It can never fit; send a smaller request or raise the budget."
    case .unpriced:
      "\(name) allows \(rate), and what this call may cost is not known. Ask for another model, give this one a price "
        + "in the policy, or leave out a dearer service tier."
    case .tooManyKeys:
      "\(name) already counts \(MeterLimits.keysPerBudgetMax) keys, the most it can. Split it by fewer values, or wait until "
        + "\(resetsAt.iso8601)."
    }
  }

  private func amount(_ units: Int64) -> String { unit == .usd ? NanoDollars(units).description : "\(units)" }

  private var unitText: String {
    switch unit {
    case .totalTokens: " tokens"
    case .inputTokens: " input tokens"
    case .cachedInputTokens: " cached input tokens"
    case .cacheCreationInputTokens: " cache creation input tokens"
    case .outputTokens: " output tokens"
    case .reasoningTokens: " reasoning tokens"
    case .requests: " requests"
    case .usd: ""
    case .cost: " units"
    }
  }

  private var spanText: String {
    switch shape {
    case .tokenBucket(let period, let burst): period.rawValue + (burst == limit ? "" : ", \(amount(burst)) at once")
    case .calendarWindow(let window): window.span.name
    }
  }

  /// Later than every other refusal of the same call, so that coming back then is not in vain.
  func outlasts(_ other: Refusal) -> Bool {
    guard let mine = retryAfterMs else { return true }
    guard let theirs = other.retryAfterMs else { return false }
    return mine > theirs
  }
}

extension Budget {
  /// Why this budget has no room for `needed` more units.
  func refusal(of needed: Int64, on meter: Meter, values: [String?], at now: WallTime) -> Refusal {
    assert(needed >= 0, "a call needs \(needed) units")
    let cause: Refusal.Cause =
      needed > terms.capacity ? .tooLarge : saturatingSum(meter.used, needed) > terms.capacity ? .spent : .held
    let retryAfterMs: Int64? =
      switch cause {
      case .tooLarge: nil
      case .spent: meter.tally.msUntil(level: max(0, terms.capacity - needed - meter.reserved), from: now, by: terms)
      case .held, .tooManyKeys, .unpriced: Limits.retryWhenHeldMs
      }
    return Refusal(
      budget: rule.name, cause: cause, scope: scope(of: values), unit: rule.unit, limit: rule.limit, shape: rule.shape,
      used: meter.used, reserved: meter.reserved, needed: needed,
      resetsAt: meter.tally.resetsAt(from: now, by: terms), retryAfterMs: retryAfterMs)
  }

  /// The same in the authority's words.
  func refusal(of needed: Int64, on credit: Credit, values: [String?], at now: WallTime, awakeMs: Int64) -> Refusal {
    assert(needed >= 0, "a call needs \(needed) units")
    let told = credit.told
    let cause: Refusal.Cause =
      needed > terms.capacity ? .tooLarge : saturatingSum(told.used, needed) > terms.capacity ? .spent : .held
    let retryAfterMs: Int64? =
      switch cause {
      case .tooLarge: nil
      case .spent: told.retryAt.map { max(0, $0 - awakeMs) }
      case .held, .tooManyKeys, .unpriced: Limits.retryWhenHeldMs
      }
    return Refusal(
      budget: rule.name, cause: cause, scope: scope(of: values), unit: rule.unit, limit: rule.limit, shape: rule.shape,
      used: told.used, reserved: told.reserved, needed: needed, resetsAt: told.resetsAt, retryAfterMs: retryAfterMs)
  }

  /// Why this budget cannot count the call at all.
  func refusalOfUnpriced(values: [String?], at now: WallTime) -> Refusal {
    let fresh = Meter(key: "", shape: rule.shape, at: now)
    var refusal = refusal(of: 0, on: fresh, values: values, at: now)
    refusal.cause = .unpriced
    refusal.retryAfterMs = nil
    return refusal
  }

  /// Why this budget cannot count another key.
  func refusalOfNewKey(values: [String?], at now: WallTime) -> Refusal {
    let fresh = Meter(key: "", shape: rule.shape, at: now)
    var refusal = refusal(of: 0, on: fresh, values: values, at: now)
    refusal.cause = .tooManyKeys
    if case .calendarWindow = rule.shape { refusal.retryAfterMs = refusal.resetsAt.milliseconds - now.milliseconds }
    return refusal
  }
}
