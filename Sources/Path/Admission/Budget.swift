// Budget: one rule and its meters, one per key.
import Exchange

/// A rule of the policy in force, or of an earlier one whose spend is still remembered.
final class Budget {
  /// What a meter's spend belongs to, across policies and restarts.
  struct ID: Hashable {
    var name: BudgetName
    var measure: String
  }

  let id: ID
  private(set) var rule: BudgetRule
  private(set) var capacity: Int64
  /// Positions of the rule's dimensions among all those the policy asks for.
  private var per: [Int] = []
  private var match: [(position: Int, value: String)] = []

  private var meters: [String: Meter] = [:]
  /// The meter of a budget that is not split.
  private var sole: Meter?
  private var sweptAt = WallTime(milliseconds: .min)
  /// Keys whose meters are gone but whose leases are still on record.
  private var forgotten: Set<String> = []

  init(_ rule: BudgetRule) {
    id = ID(name: rule.name, measure: rule.measure)
    self.rule = rule
    capacity = rule.capacity
  }

  /// A rule of the same name and measure takes over the meters; its limit holds from now on.
  func adopt(_ new: BudgetRule, dimensions: [BudgetRule.Dimension], at now: WallTime) {
    if new.shape != rule.shape || new.limit != rule.limit {
      for meter in meters.values { meter.adopt(new, insteadOf: rule, at: now) }
    }
    rule = new
    capacity = new.capacity
    per = new.per.compactMap { dimensions.firstIndex(of: $0) }
    match = new.match.compactMap { selector in
      dimensions.firstIndex(of: selector.dimension).map { ($0, selector.value) }
    }
  }

  /// Whether the budget applies to a call with these values.
  func applies(to values: [String?]) -> Bool {
    for selector in match where values[selector.position] != selector.value { return false }
    return true
  }

  /// The meter such a call counts on, brought up to `now`; nil when the budget has no room for another key.
  func meter(for values: [String?], at now: WallTime) -> Meter? {
    let meter: Meter?
    switch per.count {
    case 0: meter = sole ?? make("", at: now)
    case 1:
      let key = MeterKey.shortened(values[per[0]] ?? "")
      meter = meters[key] ?? make(key, at: now)
    default:
      let key = MeterKey.joined(per.map { values[$0] ?? "" })
      meter = meters[key] ?? make(key, at: now)
    }
    meter?.advance(to: now, by: rule)
    return meter
  }

  func existingMeter(forKey key: String) -> Meter? { meters[key] }

  /// Takes up a mark of an earlier process.
  func restore(_ mark: MeterMark, at now: WallTime) {
    make(mark.key, at: now)?.restore(mark, by: rule, at: now)
  }

  /// The scope a call falls in: what the budget matched, then what it is split by.
  func scope(of values: [String?]) -> [BudgetRule.Selector] {
    rule.match + zip(rule.per, per).map { .init($0, values[$1] ?? "") }
  }

  // MARK: Many meters

  /// Every meter with its scope, brought up to `now`, in no order.
  func eachMeter(at now: WallTime, _ body: (Meter, [BudgetRule.Selector]) -> Bool) {
    for meter in meters.values {
      meter.advance(to: now, by: rule)
      let values = MeterKey.values(of: meter.key, count: rule.per.count)
      guard body(meter, rule.match + zip(rule.per, values).map { .init($0, $1) }) else { return }
    }
  }

  /// Exact marks for an orderly stop, those of meters that count nothing included: they end leases.
  func exactMarks(at now: WallTime) -> [MeterMark] {
    var marks = forgottenMarks(at: now)
    for meter in meters.values {
      meter.advance(to: now, by: rule)
      if meter.spent > 0 || meter.isLeased { marks.append(meter.exactMark(of: id, by: rule, at: now)) }
    }
    return marks
  }

  /// Marks that end the leases of meters dropped since the last call.
  func forgottenMarks(at now: WallTime) -> [MeterMark] {
    defer { forgotten.removeAll() }
    return forgotten.map {
      MeterMark(budget: id.name, measure: id.measure, key: $0, used: 0, asOf: now, expires: now, isLease: false)
    }
  }

  /// Nothing is counted on any meter.
  func isIdle(at now: WallTime) -> Bool {
    meters.values.allSatisfy {
      $0.advance(to: now, by: rule)
      return $0.isIdle
    }
  }

  private func make(_ key: String, at now: WallTime) -> Meter? {
    if meters.count >= Limits.keysPerBudgetMax { sweep(at: now) }
    guard meters.count < Limits.keysPerBudgetMax else { return nil }
    let meter = Meter(key: key, shape: rule.shape, at: now)
    meters[key] = meter
    if rule.per.isEmpty { sole = meter }
    forgotten.remove(key)
    return meter
  }

  /// Drops the meters that count nothing any more.
  private func sweep(at now: WallTime) {
    guard now < sweptAt || now.milliseconds >= saturatingSum(sweptAt.milliseconds, Limits.sweepEveryMs) else { return }
    sweptAt = now
    meters = meters.filter { key, meter in
      meter.advance(to: now, by: rule)
      if meter.isIdle && meter.isLeased { forgotten.insert(key) }
      return !meter.isIdle
    }
  }
}
