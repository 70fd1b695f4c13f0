// Admission+Remaining: what is left of the budgets that apply to a call, without holding any of it.
import Exchange
import Meters

/// How much of one budget a call could still have.
public struct BudgetRemaining: Hashable, Sendable {
  public let budget: BudgetName
  /// Units that are neither spent nor held; never below 0.
  public let left: Int64
  /// The most there can be: a window's limit, a bucket's burst.
  public let capacity: Int64

  public init(budget: BudgetName, left: Int64, capacity: Int64) {
    self.budget = budget
    self.left = min(max(0, left), max(0, capacity))
    self.capacity = capacity
  }

  /// From 0 to 1, for people and their expressions; money is never counted in it.
  public var fraction: Double { capacity > 0 ? Double(left) / Double(capacity) : 0 }
}

extension Admission {
  /// The budgets that apply to such a call and may refuse it, as they stand. Nothing is held and no account is opened. Of shared budgets
  /// it is what the authority said last, and what was spent here since.
  public mutating func remaining(
    at now: WallTime, value: (BudgetRule.Dimension) -> String?
  ) -> [BudgetRemaining] {
    findApplying(value)
    return applying.filter { budgets[$0].terms.isEnforced }.map { place in
      budgets[place].remaining(for: values, funding, at: now)
    }
  }

  /// The refusal of `budget` for a call that nobody may be asked for with what is left of it; nil where the budget does
  /// not apply to the call, or nothing of it has been used.
  public mutating func refusal(
    by budget: BudgetName, at now: WallTime, value: (BudgetRule.Dimension) -> String?
  ) -> Refusal? {
    findApplying(value)
    guard let place = applying.first(where: { budgets[$0].rule.name == budget }) else { return nil }
    var refusal: Refusal
    switch funding {
    case .own:
      guard let meter = budgets[place].knownMeter(for: values, at: now) else { return nil }
      refusal = budgets[place].refusal(of: 0, on: meter, values: values, at: now)
    case .shared:
      guard let credit = budgets[place].knownCredit(for: values) else { return nil }
      refusal = budgets[place].refusal(of: 0, on: credit, values: values, at: now, awakeMs: awake.milliseconds)
    }
    refusal.cause = .spent
    refusal.retryAfterMs = max(0, refusal.resetsAt.milliseconds - now.milliseconds)
    return refusal
  }

  /// A budget that applies to such a call, may refuse it and counts more than requests; nil where there is none.
  ///
  /// - Parameter evenRequests: one that counts requests will do.
  public mutating func limiting(evenRequests: Bool, value: (BudgetRule.Dimension) -> String?) -> BudgetName? {
    findApplying(value)
    let found = applying.first { budgets[$0].terms.isEnforced && (evenRequests || budgets[$0].terms.unit != .requests) }
    return found.map { budgets[$0].rule.name }
  }

  private mutating func findApplying(_ value: (BudgetRule.Dimension) -> String?) {
    values.removeAll(keepingCapacity: true)
    for dimension in index.dimensions { values.append(value(dimension)) }
    index.find(values, into: &applying)
  }
}

extension Budget {
  fileprivate func remaining(for values: [String?], _ funding: Funding, at now: WallTime) -> BudgetRemaining {
    var spent: Int64 = 0
    switch funding {
    case .own:
      if let meter = knownMeter(for: values, at: now) { spent = meter.spent }
    case .shared:
      if let credit = knownCredit(for: values) { spent = saturatingSum(credit.used, credit.reservedByAll) }
    }
    return BudgetRemaining(
      budget: rule.name, left: saturatingDifference(terms.capacity, spent), capacity: terms.capacity)
  }

  /// The meter of such a call, brought up to `now`; nil where nothing has been counted on it.
  fileprivate func knownMeter(for values: [String?], at now: WallTime) -> Meter? {
    guard let place = meters.place(of: key(for: values)) else { return nil }
    var meter = meters.elements[place]
    meter.advance(to: now, by: terms)
    return meter
  }

  fileprivate func knownCredit(for values: [String?]) -> Credit? {
    credits.place(of: key(for: values)).map { credits.elements[$0] }
  }
}
