// Meter: what one key of one budget has spent, what open calls hold, and how far the durable mark reaches.
import Exchange
import Meters

/// The books of one budget and one key, paid from the process's own ledger. At all times, for calls that stay within
/// what they reserved:
///
///     used + reserved <= covered <= capacity
///
/// so a call's spend is counted at whichever moment between its reservation and its settlement one looks.
struct Meter {
  let key: String
  /// Units held by open calls. They survive the end of a window: an open call may still spend in the next one.
  private(set) var reserved: Int64 = 0
  /// Calls that hold them; one may hold none and cost some.
  private(set) var open: Int32 = 0
  /// Used since the last time somebody looked for meters to evict.
  var isRecent = true
  private(set) var tally: Tally
  private var lease = Lease()
  /// It is on the list of meters whose lease runs low.
  var isListed = false

  init(key: String, shape: BudgetRule.Shape, at now: WallTime) {
    self.key = key
    tally = Tally(shape, at: now)
  }

  var used: Int64 { tally.used }
  var spent: Int64 { saturatingSum(tally.used, reserved) }

  mutating func advance(to now: WallTime, by terms: BudgetTerms) {
    if tally.advance(to: now, by: terms) { lease = Lease() }
  }

  mutating func changeTerms(from old: BudgetTerms, at now: WallTime) {
    advance(to: now, by: old)
    tally.changeTerms(from: old, at: now)
  }

  // MARK: Reserve and settle

  mutating func reserve(_ units: Int64) {
    assert(units >= 0, "a call would hold \(units) units")
    reserved = saturatingSum(reserved, units)
    open += 1
    isRecent = true
    lease.lastTake = units
  }

  /// An open call holds more than before.
  mutating func grow(_ units: Int64) {
    assert(open > 0 && units > 0, "\(open) open calls grow by \(units) units")
    reserved = saturatingSum(reserved, units)
  }

  /// Ends a reservation. More than was held is booked in full: the provider has billed it.
  mutating func settle(held: Int64, spent: Int64) {
    assert(open > 0 && held >= 0, "\(held) units are settled with \(open) calls open")
    open -= 1
    // Sums that reached the end of Int64 are not taken apart again: what nobody holds is none.
    reserved = open == 0 ? 0 : max(0, reserved - held)
    tally.add(spent)
  }

  /// Nothing is counted, nothing is held and nothing is on its way, so it may be forgotten.
  var isIdle: Bool { used == 0 && open == 0 && !lease.isAsked }

  // MARK: Leases

  var isLeased: Bool { lease.covered > 0 }
  var isAsked: Bool { lease.isAsked }

  /// Units that may still be spent under what is durable.
  @inline(__always)
  var uncovered: Int64 { saturatingDifference(lease.covered, spent) }

  @inline(__always)
  func covers(_ take: Int64) -> Bool { saturatingSum(spent, take) <= lease.covered }

  func runsLow(by terms: BudgetTerms) -> Bool { lease.runsLow(spent: spent, capacity: ceiling(by: terms, take: 0)) }

  /// The mark to make durable before `take` more may be spent (0: ahead of need).
  mutating func askLease(for take: Int64, by terms: BudgetTerms, of id: BudgetID, at now: WallTime) -> MeterMark {
    let reach = lease.ask(for: take, spent: spent, capacity: ceiling(by: terms, take: take))
    return tally.mark(
      name(in: id), used: reach, carried: reach - min(reach, used), isLease: true, by: terms, at: now)
  }

  /// The most that is leased: what may be spent, or where there is no end to that, so much more than was spent.
  private func ceiling(by terms: BudgetTerms, take: Int64) -> Int64 {
    terms.isEnforced ? terms.capacity : saturatingProduct(saturatingSum(spent, take), 2)
  }

  mutating func granted(_ mark: MeterMark, by terms: BudgetTerms) {
    if tally.isOfThisWindow(mark, by: terms) { lease.granted(mark.used) }
  }

  mutating func declined() { lease.declined() }

  // MARK: Marks

  /// Exactly what has been spent; calls still open count as spent.
  func exactMark(of id: BudgetID, by terms: BudgetTerms, at now: WallTime) -> MeterMark {
    tally.mark(name(in: id), used: spent, carried: reserved, isLease: false, by: terms, at: now)
  }

  /// Takes up where `mark` left off; what a crash left unsettled counts as spent.
  mutating func restore(_ mark: MeterMark, by terms: BudgetTerms, at now: WallTime) {
    lease = Lease(covered: tally.restore(mark, by: terms, at: now))
  }

  private func name(in id: BudgetID) -> MeterName { MeterName(budget: id.name, measure: id.measure, key: key) }
}
