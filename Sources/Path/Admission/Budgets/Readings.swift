// Readings: the state of every budget (a snapshot), for metrics and people.
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

  /// Accounts of the budgets of these names on which something is spent, at most `countMax` of all in a step of `walk`.
  /// Only of the own ledger: of shared budgets an authority knows more.
  public mutating func readings(
    of names: Set<BudgetName>, at now: WallTime, walk: inout AccountWalk, atMost countMax: Int
  ) -> [BudgetReading] {
    let named = names.isEmpty ? [] : inForce.filter { names.contains(budgets[$0].id.name) }
    // A place left over by a dropped key counts nothing.
    return walk.step(through: named.map { ($0, places: budgets[$0].meters.elements.count) }, atMost: countMax)
      .map { budgets[$0.budget].reading(of: $0.key, at: now) }.filter { $0.used > 0 }
  }
}

extension Budget {
  fileprivate mutating func readings(at now: WallTime, keysMax: Int) -> [BudgetReading] {
    if rule.per.isEmpty { _ = meter(for: [], at: now) }  // A global budget shows before its first call.
    return meters.live.prefix(keysMax).map { reading(of: $0, at: now) }
  }

  fileprivate mutating func reading(of place: Int, at now: WallTime) -> BudgetReading {
    meters.elements[place].advance(to: now, by: terms)
    let meter = meters.elements[place]
    return BudgetReading(
      rule, key: meter.key, used: meter.used, reserved: meter.reserved,
      resetsAt: meter.tally.resetsAt(from: now, by: terms))
  }

  fileprivate func toldReadings(keysMax: Int) -> [BudgetReading] {
    credits.live.prefix(keysMax).map { place in
      let credit = credits.elements[place]
      return BudgetReading(
        rule, key: credit.key, used: credit.used, reserved: credit.reservedByAll, resetsAt: credit.told.resetsAt)
    }
  }
}
