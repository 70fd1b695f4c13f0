// Budget+Leases: what open calls hold of a budget's meters, and what has to be durable for it.
import Exchange

extension Budget {
  /// Holds `units`; true when the meter's lease runs low and is not yet on the list of those that do.
  mutating func hold(_ units: Int64, onMeter place: Int) -> Bool {
    meters[place].reserve(units)
    guard !meters[place].isListed, meters[place].runsLow(capacity: terms.capacity) else { return false }
    meters[place].isListed = true
    return true
  }

  mutating func settle(held: Int64, spent: Int64, onMeter place: Int, at now: WallTime) {
    meters[place].advance(to: now, by: terms)
    meters[place].settle(held: held, spent: spent)
  }

  mutating func askLease(for units: Int64, ofMeter place: Int, at now: WallTime) -> MeterMark {
    meters[place].askLease(for: units, by: terms, of: id, at: now)
  }

  /// A lease ahead of need; nil when it is no longer needed.
  mutating func askLeaseIfLow(ofMeter place: Int, at now: WallTime) -> MeterMark? {
    guard meters.indices.contains(place) else { return nil }
    meters[place].isListed = false
    meters[place].advance(to: now, by: terms)
    guard meters[place].runsLow(capacity: terms.capacity), meters[place].reserved > 0 || meters[place].used > 0 else {
      return nil
    }
    return askLease(for: 0, ofMeter: place, at: now)
  }

  mutating func granted(_ mark: MeterMark) {
    if let place = place(ofKey: mark.key) { meters[place].granted(mark, by: terms) }
  }

  mutating func declined(_ mark: MeterMark) {
    if let place = place(ofKey: mark.key) { meters[place].declined() }
  }

  /// Marks that end the leases of meters dropped since the last call.
  mutating func forgottenMarks(at now: WallTime) -> [MeterMark] {
    guard !forgotten.isEmpty else { return [] }
    defer { forgotten.removeAll() }
    return forgotten.map {
      MeterMark(budget: id.name, measure: id.measure, key: $0, used: 0, asOf: now, expires: now, isLease: false)
    }
  }

  /// Takes up a mark of an earlier process.
  mutating func restore(_ mark: MeterMark, at now: WallTime) {
    if let place = place(ofKey: mark.key) ?? make(mark.key, at: now) {
      meters[place].restore(mark, by: terms, at: now)
    }
  }

  /// Exact marks for an orderly stop, those of meters that count nothing included: they end leases.
  mutating func exactMarks(at now: WallTime) -> [MeterMark] {
    advance(to: now)
    let marks = live.map { meters[$0] }.filter { $0.spent > 0 || $0.isLeased }
      .map { $0.exactMark(of: id, by: terms, at: now) }
    return forgottenMarks(at: now) + marks
  }
}
