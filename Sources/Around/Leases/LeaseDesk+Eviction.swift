// LeaseDesk+Eviction: keys that made room for others, and whose spend is read back from the ledger.

import Exchange
import Meters

extension LeaseDesk {
  /// Meters of these wishes of which only the ledger knows what has been spent: read their marks, call `recollect`, and
  /// then `lease`. Most often none.
  public mutating func unread(_ wishes: [LeaseWish], at now: WallTime) -> [MeterName] {
    var unread: [MeterName] = []
    for wish in wishes {
      guard let budget = places[BudgetID(wish.meter)], budgets[budget].meters.place(of: wish.meter.key) == nil,
        budgets[budget].onRecord.mayHave(wish.meter.key, at: now)
      else { continue }
      unread.append(wish.meter)
    }
    return unread
  }

  /// What the ledger has of `meters`.
  public mutating func recollect(_ marks: [MeterMark], of meters: [MeterName], at now: WallTime) {
    let known = Dictionary(marks.map { (MeterName($0), $0) }) { $1 }
    for meter in meters {
      guard let budget = places[BudgetID(meter)] else { continue }
      let mark = known[meter].flatMap { mark in mark.expires.map { $0 <= now } ?? false ? nil : mark }
      budgets[budget].recollect(meter.key, mark, at: now)
    }
  }

  /// These records have reached the disk, or could not be written. Until they have, what they say of evicted keys is kept.
  public mutating func noted(_ records: LeaseRecords, areWritten: Bool) {
    for mark in records.marks {
      guard let budget = places[BudgetID(mark)] else { continue }
      if areWritten { budgets[budget].onRecord.written(mark) } else { budgets[budget].onRecord.notWritten(mark) }
    }
  }
}
