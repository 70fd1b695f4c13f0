// SharedBudget: one rule of the policy and its meters, one per key.

import Exchange
import Meters

struct SharedBudget {
  let id: BudgetID
  private(set) var rule: BudgetRule
  private(set) var terms: BudgetTerms
  var meters = KeyTable<SharedMeter>()

  init(_ rule: BudgetRule) {
    id = BudgetID(rule)
    self.rule = rule
    terms = BudgetTerms(rule)
  }

  /// A rule of the same name and measure takes over the meters; its limit holds from now on.
  mutating func adopt(_ new: BudgetRule, at now: WallTime) {
    let newTerms = BudgetTerms(new)
    if newTerms != terms {
      for place in meters.live { meters.elements[place].changeTerms(from: terms, at: now) }
    }
    rule = new
    terms = newTerms
  }

  /// The meter of `key`, brought up to `now`; nil when the budget has no room for another key.
  mutating func meter(_ key: String, at now: WallTime) -> Int? {
    let terms = terms
    if let place = meters.place(of: key) {
      meters.elements[place].advance(to: now, by: terms)
      return place
    }
    if meters.shouldSweep(at: now) {
      meters.removeAll { meter in
        meter.advance(to: now, by: terms)
        return meter.isIdle
      }
    }
    return meters.insert(SharedMeter(key: key, shape: terms.shape, at: now), key: key)
  }

  mutating func isIdle(at now: WallTime) -> Bool {
    for place in meters.live { meters.elements[place].advance(to: now, by: terms) }
    return meters.live.allSatisfy { meters.elements[$0].isIdle }
  }

  func name(of place: Int) -> MeterName {
    MeterName(budget: id.name, measure: id.measure, key: meters.elements[place].key)
  }

  mutating func recallsIfOver(at now: Int64) -> [(MeterName, holder: Int)] {
    meters.live.flatMap { place in
      meters.elements[place].recallIfOver(terms, at: now).map { (name(of: place), holder: $0) }
    }
  }

  mutating func restore(_ mark: MeterMark, at now: WallTime) {
    if let place = meter(mark.key, at: now) { meters.elements[place].restore(mark, by: terms, at: now) }
  }

  func mark(of place: Int, at now: WallTime) -> MeterMark { meters.elements[place].mark(of: id, by: terms, at: now) }

  mutating func readings(at now: WallTime, keysMax: Int) -> [BudgetReading] {
    if rule.per.isEmpty { _ = meter("", at: now) }  // A global budget shows before its first wish.
    return meters.live.prefix(keysMax).map { reading(of: $0, at: now) }
  }

  mutating func reading(of place: Int, at now: WallTime) -> BudgetReading {
    meters.elements[place].advance(to: now, by: terms)
    let meter = meters.elements[place]
    return BudgetReading(
      rule, key: meter.key, used: meter.used, reserved: meter.reserved,
      resetsAt: meter.tally.resetsAt(from: now, by: terms))
  }
}
