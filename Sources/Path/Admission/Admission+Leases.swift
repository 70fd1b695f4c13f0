// Admission+Leases: what has to be durable in the own ledger before it may be spent.
import Exchange
import Meters

extension Admission {
  /// A lease or credit runs low: `leasesWanted`, or `creditWanted`, has something to ask for. Cheap enough to look at
  /// after every call.
  public var wantsLeases: Bool { !runningLow.isEmpty || !owing.isEmpty }

  /// The marks to write ahead of need, so that `reserve` need not answer `needsLease`. Once they are durable they
  /// must be handed to `granted`.
  public mutating func leasesWanted(at now: WallTime) -> [MeterMark] {
    var marks: [MeterMark] = []
    for place in runningLow {
      if let mark = budgets[place.budget].askLeaseIfLow(ofMeter: place.key, at: now) { marks.append(mark) }
    }
    runningLow.removeAll(keepingCapacity: true)
    for place in owing {
      budgets[place].isOwing = false
      marks += budgets[place].forgottenMarks(at: now) + budgets[place].onRecord.takeUnwritten()
    }
    owing.removeAll(keepingCapacity: true)
    return marks
  }

  /// What the ledger has of `meters`, in answer to `needsMarks`.
  public mutating func recollect(_ marks: [MeterMark], of meters: [MeterName], at now: WallTime) {
    let known = Dictionary(marks.map { (MeterName($0), $0) }) { $1 }
    for meter in meters {
      guard let place = places[BudgetID(meter)] else { continue }
      let mark = known[meter].flatMap { mark in mark.expires.map { $0 <= now } ?? false ? nil : mark }
      budgets[place].recollect(meter.key, mark, at: now)
    }
  }

  /// These marks are durable now: spending may go up to them.
  public mutating func granted(_ marks: [MeterMark]) {
    for mark in marks {
      if let place = places[.init(mark)] { budgets[place].granted(mark) }
    }
  }

  /// These marks could not be made durable; calls that need them must fail, later ones may ask again.
  public mutating func declined(_ marks: [MeterMark]) {
    for mark in marks {
      if let place = places[.init(mark)] { budgets[place].declined(mark) }
    }
  }

  /// The exact state to write at an orderly stop, in place of the leases. Nothing may be reserved afterwards.
  public mutating func marks(at now: WallTime) -> [MeterMark] {
    budgets.indices.flatMap { budgets[$0].exactMarks(at: now) }
  }
}

extension Budget {
  /// Holds `units`; true when the meter's lease runs low and is not yet on the list of those that do.
  mutating func hold(_ units: Int64, onMeter place: Int) -> Bool {
    meters.elements[place].reserve(units)
    return listIfLow(place)
  }

  mutating func grow(_ units: Int64, onMeter place: Int) -> Bool {
    meters.elements[place].grow(units)
    return listIfLow(place)
  }

  private mutating func listIfLow(_ place: Int) -> Bool {
    guard !meters.elements[place].isListed, meters.elements[place].runsLow(by: terms) else {
      return false
    }
    meters.elements[place].isListed = true
    return true
  }

  mutating func settle(held: Int64, spent: Int64, onMeter place: Int, at now: WallTime) {
    meters.elements[place].advance(to: now, by: terms)
    meters.elements[place].settle(held: held, spent: spent)
  }

  mutating func askLease(for units: Int64, ofMeter place: Int, at now: WallTime) -> MeterMark {
    meters.elements[place].askLease(for: units, by: terms, of: id, at: now)
  }

  /// A lease ahead of need; nil when it is no longer needed.
  fileprivate mutating func askLeaseIfLow(ofMeter place: Int, at now: WallTime) -> MeterMark? {
    guard meters.elements.indices.contains(place) else { return nil }
    meters.elements[place].isListed = false
    meters.elements[place].advance(to: now, by: terms)
    let meter = meters.elements[place]
    guard meter.runsLow(by: terms), meter.spent > 0 else { return nil }
    return askLease(for: 0, ofMeter: place, at: now)
  }

  fileprivate mutating func granted(_ mark: MeterMark) {
    assert(BudgetID(mark) == id, "a mark of \(BudgetID(mark)) is granted to \(id)")
    if !mark.isLease { onRecord.written(mark) }
    if let place = meters.place(of: mark.key) { meters.elements[place].granted(mark, by: terms) }
  }

  fileprivate mutating func declined(_ mark: MeterMark) {
    if let place = meters.place(of: mark.key) { meters.elements[place].declined() }
  }

  /// Marks that end the leases of meters dropped since the last call.
  fileprivate mutating func forgottenMarks(at now: WallTime) -> [MeterMark] {
    if forgotten.isEmpty { return [] }
    defer { forgotten.removeAll() }
    return forgotten.map {
      MeterMark(budget: id.name, measure: id.measure, key: $0, used: 0, asOf: now, expires: now, isLease: false)
    }
  }

  /// Takes up a mark of an earlier process; where there is no room for its key it stays on record.
  mutating func restore(_ mark: MeterMark, at now: WallTime) {
    assert(BudgetID(mark) == id, "a mark of \(BudgetID(mark)) is restored to \(id)")
    if !meters.isFull, let place = meters.place(of: mark.key) ?? makeMeter(mark.key, at: now) {
      meters.elements[place].restore(mark, by: terms, at: now)
    } else {
      onRecord.found(mark)
    }
  }

  /// Exact marks for an orderly stop, those of meters that count nothing included: they end leases.
  fileprivate mutating func exactMarks(at now: WallTime) -> [MeterMark] {
    advance(to: now)
    let marks = meters.live.map { meters.elements[$0] }.filter { $0.spent > 0 || $0.isLeased }
      .map { $0.exactMark(of: id, by: terms, at: now) }
    return forgottenMarks(at: now) + onRecord.takeUnwritten() + marks
  }
}
