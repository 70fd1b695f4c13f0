// Hold: what one open call holds of one budget, for whoever asks why a call was let through.
import Exchange
import Meters

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
  /// What `reservation` holds, budget by budget. Of shared budgets it is what the authority said last.
  public func holds(of reservation: borrowing Reservation) -> [Hold] {
    calls.holds(of: reservation.slot).map { hold in
      let budget = budgets[hold.place.budget]
      switch funding {
      case .own:
        let meter = budget.meters.elements[hold.place.key]
        return Hold(rule: budget.rule, key: meter.key, units: hold.units, used: meter.used, reserved: meter.reserved)
      case .shared:
        let credit = budget.credits.elements[hold.place.key]
        return Hold(
          rule: budget.rule, key: credit.key, units: hold.units, used: credit.used, reserved: credit.reservedByAll)
      }
    }
  }
}

extension [BudgetRule.Selector] {
  /// For people: `header:x-user-id=alice, model=gpt-4o`.
  public var text: String { map { "\($0.dimension)=\($0.text)" }.joined(separator: ", ") }
}
