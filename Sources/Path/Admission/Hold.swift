// Hold: what one open call holds of one budget, for whoever asks why a call was let through.
import Exchange

/// A part of a reservation, with the state of its budget just after it was made.
public struct Hold: Sendable {
  let rule: BudgetRule
  let key: String
  /// Units held for this call.
  public let units: Int64
  /// Units spent in this window, or not yet drained from the bucket.
  public let used: Int64
  /// Units held by all open calls, this one included.
  public let reserved: Int64

  public var budget: BudgetName { rule.name }
  public var unit: BudgetRule.Unit { rule.unit }
  public var limit: Int64 { rule.limit }

  /// What the budget matched and is split by: `header:x-user-id=alice, model=gpt-4o`; empty for a global one.
  public var scopeText: String { rule.scope(ofKey: key).text }
}

extension Admission {
  /// What `reservation` holds, budget by budget, in the policy's order.
  public func holds(of reservation: borrowing Reservation) -> [Hold] {
    calls.holds(of: reservation.slot).map { hold in
      let budget = budgets[hold.place.budget]
      let meter = budget.meters[hold.place.meter]
      return Hold(
        rule: budget.rule, key: meter.key, units: hold.units, used: meter.used, reserved: meter.reserved)
    }
  }
}

extension BudgetRule {
  /// The scope the meter of `key` stands for: what the rule matched, then what it is split by.
  func scope(ofKey key: String) -> [Selector] {
    match + zip(per, MeterKey.values(of: key, count: per.count)).map { Selector($0, $1) }
  }
}

extension [BudgetRule.Selector] {
  /// For people: `header:x-user-id=alice, model=gpt-4o`.
  public var text: String { map { "\($0.dimension)=\($0.text)" }.joined(separator: ", ") }
}
