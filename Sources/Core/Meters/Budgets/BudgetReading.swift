// BudgetReading: the state of one meter at one moment (a snapshot), for metrics and people.

import Exchange

/// One key of one budget.
public struct BudgetReading: Hashable, Sendable {
  public var budget: BudgetName
  /// What the budget matched and is split by; empty for a global one.
  public var scope: [BudgetRule.Selector]
  public var unit: BudgetRule.Unit
  /// What a call counts where the unit is `cost`.
  public var cost: CostName?
  public var limit: Int64
  public var shape: BudgetRule.Shape
  public var enforcement: BudgetRule.Enforcement
  /// Units spent in this window, or not yet drained from the bucket.
  public var used: Int64
  /// Units held: by open calls, or by sidecars that may still spend them.
  public var reserved: Int64
  public var resetsAt: WallTime

  public init(_ rule: BudgetRule, key: String, used: Int64, reserved: Int64, resetsAt: WallTime) {
    budget = rule.name
    scope = rule.scope(ofKey: key)
    unit = rule.unit
    cost = rule.cost
    limit = rule.limit
    shape = rule.shape
    enforcement = rule.enforcement
    self.used = used
    self.reserved = reserved
    self.resetsAt = resetsAt
  }
}

extension BudgetRule {
  /// What the meter of `key` stands for: what the budget matched, then what it is split by.
  public func scope(ofKey key: String) -> [Selector] {
    match + zip(per, MeterKey.values(of: key, count: per.count)).map { Selector($0, $1) }
  }
}
