// Budget: one rule and its meters, one per key.
import Exchange
import Meters

/// A rule of the policy in force, or of an earlier one whose spend is still remembered.
struct Budget {
  let id: BudgetID
  private(set) var rule: BudgetRule
  private(set) var terms: BudgetTerms
  /// Positions of the rule's dimensions among all those the policy asks for.
  private var per: [Int] = []

  /// What is spent from the own ledger ...
  var meters = KeyTable<Meter>()
  /// ... or of an authority's grants; one of the two is always empty.
  var credits = KeyTable<Credit>()
  /// Keys whose meters are gone but whose leases are still on record.
  var forgotten: Set<String> = []
  /// It is on the list of those that have marks to write which no lease asks for.
  var isOwing = false
  /// Keys that were evicted: their spend is on record only.
  var onRecord = KeysOnRecord()

  init(_ rule: BudgetRule, _ id: BudgetID) {
    self.id = id
    self.rule = rule
    terms = BudgetTerms(rule)
  }

  /// A rule of the same name and measure takes over the meters; its limit holds from now on.
  mutating func adopt(_ new: BudgetRule, index: RuleIndex, at now: WallTime) {
    assert(BudgetID(new) == id, "the meters of \(id) go to \(BudgetID(new))")
    let newTerms = BudgetTerms(new)
    if newTerms != terms {
      for place in meters.live { meters.elements[place].changeTerms(from: terms, at: now) }
    }
    rule = new
    terms = newTerms
    per = new.per.map { index.position(of: $0) }
  }

  /// The key such a call counts under.
  func key(for values: [String?]) -> String {
    switch per.count {
    case 0: ""
    case 1: MeterKey.shortened(values[per[0]] ?? "")
    default: MeterKey.joined(per.map { values[$0] ?? "" })
    }
  }

  /// The scope a call falls in: what the budget matched, then what it is split by.
  func scope(of values: [String?]) -> [BudgetRule.Selector] {
    rule.match + zip(rule.per, per).map { .init($0, values[$1] ?? "") }
  }

  /// Nothing is counted on any key.
  mutating func isIdle(at now: WallTime) -> Bool {
    advance(to: now)
    return onRecord.isEmpty(at: now) && meters.live.allSatisfy { meters.elements[$0].isIdle }
      && credits.live.allSatisfy { credits.elements[$0].isIdle }
  }

  // MARK: The own ledger

  /// The meter such a call counts on, brought up to `now`; nil when the budget has no room for another key.
  mutating func meter(for values: [String?], at now: WallTime) -> Int? {
    let place: Int?
    if per.isEmpty {
      place = meters.elements.isEmpty ? makeMeter("", at: now) : 0
    } else {
      let key = key(for: values)
      place = meters.place(of: key) ?? (onRecord.mayHave(key, at: now) ? nil : makeMeter(key, at: now))
    }
    if let place { meters.elements[place].advance(to: now, by: terms) }
    return place
  }

  /// The state of the meter a call counts on; nil where it cannot be counted.
  mutating func match(_ values: [String?], place: Int, at now: WallTime) -> Admission.Match? {
    guard let meter = meter(for: values, at: now) else { return nil }
    assert(credits.elements.isEmpty, "a budget of \(id) pays from the own ledger and from an authority")
    var match = Admission.Match(MeterPlace(budget: place, key: meter), terms)
    match.headroom = saturatingDifference(terms.capacity, meters.elements[meter].spent)
    match.sharers = Int64(meters.elements[meter].open) + 1
    return match
  }

  /// It has marks to write since this was asked last, or since they were taken.
  mutating func beginsToOwe() -> Bool {
    if isOwing || (forgotten.isEmpty && !onRecord.hasUnwritten) { return false }
    isOwing = true
    return true
  }

  mutating func advance(to now: WallTime) {
    for place in meters.live { meters.elements[place].advance(to: now, by: terms) }
  }

  mutating func makeMeter(_ key: String, at now: WallTime) -> Int? {
    if meters.shouldSweep(at: now) { dropIdleMeters(at: now) }
    if meters.isFull { evict(at: now) }
    let place = meters.insert(Meter(key: key, shape: terms.shape, at: now), key: key)
    if place != nil { forgotten.remove(key) }
    return place
  }

  private mutating func dropIdleMeters(at now: WallTime) {
    let terms = terms
    var leased: [String] = []
    meters.removeAll { meter in
      meter.advance(to: now, by: terms)
      if meter.isIdle && meter.isLeased { leased.append(meter.key) }
      return meter.isIdle
    }
    forgotten.formUnion(leased)
  }

  // MARK: More keys than memory

  /// Makes room by forgetting meters that were not used lately and that no call holds. What they have spent is written
  /// to the ledger, and read back when their key comes again.
  private mutating func evict(at now: WallTime) {
    for key in meters.oldest(
      MeterLimits.evictedAtOnce,
      where: { meter in
        defer { meter.isRecent = false }
        return !meter.isRecent && meter.open == 0 && !meter.isAsked
      })
    {
      guard let place = meters.place(of: key) else { continue }
      meters.elements[place].advance(to: now, by: terms)
      assert(meters.elements[place].open == 0, "a meter is evicted that \(meters.elements[place].open) calls hold")
      onRecord.add(meters.elements[place].exactMark(of: id, by: terms, at: now))
      meters.remove(key: key)
    }
  }

  /// The meter such a call counts on, where only the ledger knows what it has spent.
  func unreadMeter(for values: [String?]) -> MeterName? {
    let key = key(for: values)
    guard meters.place(of: key) == nil, onRecord.has(key) else { return nil }
    return MeterName(budget: id.name, measure: id.measure, key: key)
  }

  /// The ledger has been read: this is what it has of `key`, or nothing.
  mutating func recollect(_ key: String, _ mark: MeterMark?, at now: WallTime) {
    assert(mark.map { $0.key == key && BudgetID($0) == id } ?? true, "a mark of another meter than was asked for")
    guard meters.place(of: key) == nil, let place = makeMeter(key, at: now) else { return }
    // A mark on its way to the ledger is newer than what is there.
    if let newest = onRecord.remove(key) ?? mark { meters.elements[place].restore(newest, by: terms, at: now) }
  }
}
