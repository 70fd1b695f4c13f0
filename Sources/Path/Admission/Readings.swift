// Readings: the state of every budget, for metrics and people.
import Exchange

/// One meter at one moment.
public struct BudgetReading: Hashable, Sendable {
  public var budget: BudgetName
  /// What the budget matched and is split by; empty for a global one.
  public var scope: [BudgetRule.Selector]
  public var unit: BudgetRule.Unit
  public var limit: Int64
  public var used: Int64
  public var reserved: Int64
  public var resetsAt: WallTime
}

extension Admission {
  /// The budgets in force, with at most `keysPerBudgetMax` meters of each (which ones is left open).
  public mutating func readings(at now: WallTime, keysPerBudgetMax: Int = 100) -> [BudgetReading] {
    inForce.flatMap { budgets[$0].readings(at: now, keysMax: keysPerBudgetMax) }
  }
}

extension Budget {
  fileprivate mutating func readings(at now: WallTime, keysMax: Int) -> [BudgetReading] {
    if rule.per.isEmpty { _ = meter(for: [], at: now) }  // A global budget shows before its first call.
    return live.prefix(keysMax).map { place in
      meters[place].advance(to: now, by: terms)
      return BudgetReading(
        budget: rule.name, scope: scope(ofMeter: place), unit: rule.unit, limit: rule.limit, used: meters[place].used,
        reserved: meters[place].reserved, resetsAt: meters[place].resetsAt(from: now, by: terms))
    }
  }
}
