// SharedBudget: one rule of the policy and its meters, one per key.

import Exchange
import Meters

struct SharedBudget {
  let id: BudgetID
  private(set) var rule: BudgetRule
  private(set) var terms: BudgetTerms
  var meters = KeyTable<SharedMeter>()
  /// Keys that were evicted: what was spent of them is on record only.
  var onRecord = KeysOnRecord()
  /// All keys have holders; until then none is looked for that has not.
  private var isFullUntil = WallTime(milliseconds: .min)

  init(_ rule: BudgetRule, _ id: BudgetID) {
    self.id = id
    self.rule = rule
    terms = BudgetTerms(rule)
  }

  /// A rule of the same name and measure takes over the meters; its limit holds from now on.
  mutating func adopt(_ new: BudgetRule, at now: WallTime) {
    assert(BudgetID(new) == id, "the meters of \(id) go to \(BudgetID(new))")
    let newTerms = BudgetTerms(new)
    if newTerms != terms {
      for place in meters.live { meters.elements[place].changeTerms(from: terms, at: now) }
    }
    rule = new
    terms = newTerms
  }

  /// The meter of `key`, brought up to `now`; nil when the budget has no room for another key, or when only the ledger
  /// knows what has been spent of this one.
  mutating func meter(_ key: String, at now: WallTime) -> Int? {
    if let place = meters.place(of: key) {
      meters.elements[place].advance(to: now, by: terms)
      return place
    }
    return onRecord.mayHave(key, at: now) ? nil : makeMeter(key, at: now)
  }

  private mutating func makeMeter(_ key: String, at now: WallTime) -> Int? {
    let terms = terms
    if meters.shouldSweep(at: now) {
      meters.removeAll { meter in
        meter.advance(to: now, by: terms)
        return meter.isIdle
      }
    }
    if meters.isFull { evict(at: now) }
    return meters.insert(SharedMeter(key: key, shape: terms.shape, at: now), key: key)
  }

  // MARK: More keys than memory

  /// Makes room by forgetting meters that nobody has an account on. What has been spent of them is on record, or about
  /// to be, and is read back when their key comes again.
  private mutating func evict(at now: WallTime) {
    guard now >= isFullUntil else { return }
    let keys = meters.oldest(MeterLimits.evictedAtOnce) { $0.accounts.isEmpty }
    if keys.isEmpty {
      isFullUntil = WallTime(milliseconds: saturatingSum(now.milliseconds, MeterLimits.sweepEveryMs))
    }
    for key in keys {
      guard let place = meters.place(of: key) else { continue }
      meters.elements[place].advance(to: now, by: terms)
      assert(meters.elements[place].accounts.isEmpty, "a meter is evicted that somebody has an account on")
      onRecord.add(mark(of: place, at: now))
      meters.remove(key: key)
    }
  }

  /// The ledger has been read: this is what it has of `key`, or nothing. Where there is no room the key stays on record.
  mutating func recollect(_ key: String, _ mark: MeterMark?, at now: WallTime) {
    assert(mark.map { $0.key == key && BudgetID($0) == id } ?? true, "a mark of another meter than was asked for")
    guard meters.place(of: key) == nil, let place = makeMeter(key, at: now) else { return }
    // A mark on its way to the ledger is newer than what is there.
    if let newest = onRecord.remove(key) ?? mark { meters.elements[place].restore(newest, by: terms, at: now) }
  }

  mutating func isIdle(at now: WallTime) -> Bool {
    for place in meters.live { meters.elements[place].advance(to: now, by: terms) }
    return onRecord.isEmpty(at: now) && meters.live.allSatisfy { meters.elements[$0].isIdle }
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
    assert(BudgetID(mark) == id, "a mark of \(BudgetID(mark)) is restored to \(id)")
    if !meters.isFull || meters.place(of: mark.key) != nil, let place = meter(mark.key, at: now) {
      meters.elements[place].restore(mark, by: terms, at: now)
    } else {
      onRecord.found(mark)
    }
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
