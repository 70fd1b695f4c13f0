// Readings: the state of every budget, for metrics and people.
import Exchange
import Meters

extension Admission {
  /// The budgets in force, with at most `keysPerBudgetMax` meters of each (which ones is left open). Of shared budgets
  /// it is what the authority said last, and what was spent here since.
  public mutating func readings(at now: WallTime, keysPerBudgetMax: Int = 100) -> [BudgetReading] {
    inForce.flatMap { place in
      switch funding {
      case .own: budgets[place].readings(at: now, keysMax: keysPerBudgetMax)
      case .shared: budgets[place].toldReadings(keysMax: keysPerBudgetMax)
      }
    }
  }
}

extension Budget {
  fileprivate mutating func readings(at now: WallTime, keysMax: Int) -> [BudgetReading] {
    if rule.per.isEmpty { _ = meter(for: [], at: now) }  // A global budget shows before its first call.
    return meters.live.prefix(keysMax).map { place in
      meters.elements[place].advance(to: now, by: terms)
      let meter = meters.elements[place]
      return BudgetReading(
        rule, key: meter.key, used: meter.used, reserved: meter.reserved,
        resetsAt: meter.tally.resetsAt(from: now, by: terms))
    }
  }

  fileprivate func toldReadings(keysMax: Int) -> [BudgetReading] {
    credits.live.prefix(keysMax).map { place in
      let credit = credits.elements[place]
      return BudgetReading(
        rule, key: credit.key, used: credit.used, reserved: credit.reservedByAll, resetsAt: credit.told.resetsAt)
    }
  }
}
