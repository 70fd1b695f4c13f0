// LeaseDesk+Silence: holders that are not heard any more, and what becomes of their credit.

import Exchange
import Meters

extension LeaseDesk {
  /// To be called every few seconds. The credit of holders that have been silent for 30 s counts as used from then on;
  /// five minutes later it is booked for good, and what is over is forgotten.
  public mutating func expire(at now: WallTime) -> LeaseRecords {
    awake.advance(to: now)
    var records = LeaseRecords()
    for holder in Array(holders.live) {
      if awake.milliseconds - holders[holder].heardAt >= Limits.silentMs { fallSilent(holder) }
      records.add(forget(holder, at: now))
    }
    return records
  }

  private mutating func fallSilent(_ holder: Int) {
    for place in holders[holder].accounts {
      guard let account = budgets[place.budget].meters.elements[place.key].position(of: holder) else { continue }
      budgets[place.budget].meters.elements[place.key].fallSilent(account, at: awake.milliseconds)
    }
  }

  /// Books and drops those accounts of a holder that are over, and the holder when it has none left.
  private mutating func forget(_ holder: Int, at now: WallTime) -> LeaseRecords {
    var records = LeaseRecords()
    for place in holders[holder].accounts {
      guard let position = budgets[place.budget].meters.elements[place.key].position(of: holder) else { continue }
      let account = budgets[place.budget].meters.elements[place.key].accounts[position]
      assert(account.holder == holder, "the account of holder \(account.holder) is booked for \(holder)")
      guard account.isOver(at: awake.milliseconds) else { continue }
      let terms = budgets[place.budget].terms
      budgets[place.budget].meters.elements[place.key].advance(to: now, by: terms)
      budgets[place.budget].meters.elements[place.key].book(position)
      holders[holder].accounts.remove(place)
      records.marks.append(budgets[place.budget].mark(of: place.key, at: now))
      records.rows.append(
        LeaseRow(
          holder: holders[holder].name, meter: budgets[place.budget].name(of: place.key), serial: account.serial,
          counters: nil, seenAt: now))
    }
    let isSilent = awake.milliseconds - holders[holder].heardAt >= Limits.silentMs
    if holders[holder].accounts.isEmpty && isSilent { holders.remove(holder) }
    return records
  }
}
