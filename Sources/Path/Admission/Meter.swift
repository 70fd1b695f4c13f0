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
    reserved = saturatingSum(reserved, units)
    lease.lastTake = units
  }

  /// Ends a reservation. More than was held is booked in full: the provider has billed it.
  mutating func settle(held: Int64, spent: Int64) {
    reserved -= held
    tally.add(spent)
  }

  /// Nothing is counted, nothing is held and nothing is on its way, so it may be forgotten.
  var isIdle: Bool { used == 0 && reserved == 0 && !lease.isAsked }

  // MARK: Leases

  var isLeased: Bool { lease.covered > 0 }

  @inline(__always)
  func covers(_ take: Int64) -> Bool { saturatingSum(spent, take) <= lease.covered }

  func runsLow(capacity: Int64) -> Bool { lease.runsLow(spent: spent, capacity: capacity) }

  /// The mark to make durable before `take` more may be spent (0: ahead of need).
  mutating func askLease(for take: Int64, by terms: BudgetTerms, of id: BudgetID, at now: WallTime) -> MeterMark {
    let reach = lease.ask(for: take, spent: spent, capacity: terms.capacity)
    return tally.mark(
      name(in: id), used: reach, carried: reach - min(reach, used), isLease: true, by: terms, at: now)
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
