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
  public func readings(at now: WallTime, keysPerBudgetMax: Int = 100) -> [BudgetReading] {
    var readings: [BudgetReading] = []
    for budget in budgets {
      var left = keysPerBudgetMax
      if budget.rule.per.isEmpty { _ = budget.meter(for: [], at: now) }  // A global budget shows before its first call.
      budget.eachMeter(at: now) { meter, scope in
        guard left > 0 else { return false }
        left -= 1
        readings.append(
          BudgetReading(
            budget: budget.rule.name, scope: scope, unit: budget.rule.unit, limit: budget.rule.limit, used: meter.used,
            reserved: meter.reserved, resetsAt: meter.resetsAt(from: now, by: budget.rule)))
        return true
      }
    }
    return readings
  }
}
