// Budget: one rule and its meters, one per key.
import Exchange

/// Where a meter stands: which budget of `Admission`, which meter of that budget.
struct MeterPlace: Hashable {
  let budget: Int
  let meter: Int
}

/// A rule of the policy in force, or of an earlier one whose spend is still remembered.
struct Budget {
  /// What a meter's spend belongs to, across policies and restarts.
  struct ID: Hashable {
    var name: BudgetName
    var measure: String

    init(name: BudgetName, measure: String) {
      self.name = name
      self.measure = measure
    }

    init(_ mark: MeterMark) { self.init(name: mark.budget, measure: mark.measure) }
  }

  let id: ID
  private(set) var rule: BudgetRule
  private(set) var terms: BudgetTerms
  /// Positions of the rule's dimensions among all those the policy asks for.
  private var per: [Int] = []
  private var match: [(position: Int, selector: BudgetRule.Selector)] = []

  /// Meters by place; those in `vacant` are left over.
  var meters: [Meter] = []
  private var vacant: [Int] = []
  private var places: [String: Int] = [:]
  private var sweptAt = WallTime(milliseconds: .min)
  /// Keys whose meters are gone but whose leases are still on record.
  var forgotten: Set<String> = []

  init(_ rule: BudgetRule) {
    id = ID(name: rule.name, measure: rule.measure)
    self.rule = rule
    terms = BudgetTerms(rule)
  }

  /// A rule of the same name and measure takes over the meters; its limit holds from now on.
  mutating func adopt(_ new: BudgetRule, dimensions: [BudgetRule.Dimension], at now: WallTime) {
    let newTerms = BudgetTerms(new)
    if newTerms != terms {
      for place in meters.indices { meters[place].changeTerms(from: terms, at: now) }
    }
    rule = new
    terms = newTerms
    per = new.per.compactMap { dimensions.firstIndex(of: $0) }
    match = new.match.compactMap { selector in
      dimensions.firstIndex(of: selector.dimension).map { ($0, selector) }
    }
  }

  /// Whether the budget applies to a call with these values.
  func applies(to values: [String?]) -> Bool {
    for condition in match where !condition.selector.matches(values[condition.position]) { return false }
    return true
  }

  /// The meter such a call counts on, brought up to `now`; nil when the budget has no room for another key.
  mutating func meter(for values: [String?], at now: WallTime) -> Int? {
    let place: Int?
    switch per.count {
    case 0: place = meters.isEmpty ? make("", at: now) : 0
    case 1:
      let key = MeterKey.shortened(values[per[0]] ?? "")
      place = places[key] ?? make(key, at: now)
    default:
      let key = MeterKey.joined(per.map { values[$0] ?? "" })
      place = places[key] ?? make(key, at: now)
    }
    if let place { meters[place].advance(to: now, by: terms) }
    return place
  }

  func place(ofKey key: String) -> Int? { places[key] }

  /// The scope a call falls in: what the budget matched, then what it is split by.
  func scope(of values: [String?]) -> [BudgetRule.Selector] {
    rule.match + zip(rule.per, per).map { .init($0, values[$1] ?? "") }
  }

  /// The scope a meter stands for.
  func scope(ofMeter place: Int) -> [BudgetRule.Selector] {
    rule.scope(ofKey: meters[place].key)
  }

  // MARK: Many meters

  /// Places of the live meters, in no order.
  var live: some Collection<Int> { places.values }

  mutating func advance(to now: WallTime) {
    for place in places.values { meters[place].advance(to: now, by: terms) }
  }

  /// Nothing is counted on any meter.
  var isIdle: Bool { places.values.allSatisfy { meters[$0].isIdle } }

  mutating func make(_ key: String, at now: WallTime) -> Int? {
    if places.count >= Limits.keysPerBudgetMax { sweep(at: now) }
    guard places.count < Limits.keysPerBudgetMax else { return nil }
    let meter = Meter(key: key, shape: terms.shape, at: now)
    let place = vacant.popLast() ?? meters.count
    if place == meters.count { meters.append(meter) } else { meters[place] = meter }
    places[key] = place
    forgotten.remove(key)
    return place
  }

  /// Drops the meters that count nothing any more.
  private mutating func sweep(at now: WallTime) {
    guard now < sweptAt || now.milliseconds >= saturatingSum(sweptAt.milliseconds, Limits.sweepEveryMs) else { return }
    sweptAt = now
    advance(to: now)
    for (key, place) in places where meters[place].isIdle {
      if meters[place].isLeased { forgotten.insert(key) }
      vacant.append(place)
      places[key] = nil
    }
  }
}
