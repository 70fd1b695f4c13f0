// Lease: how far a meter may spend before its high-water mark has to be raised on disk, and when to ask for that.
import Exchange

/// The part of a meter that a crash cannot take back. Sizes: what is asked for, plus a lead of a 32nd of the limit
/// (or the size of one call, if that is more), but never more than a quarter of what is left.
struct Lease: Hashable {
  /// Spending up to here is durable.
  private(set) var covered: Int64
  /// The highest mark asked for; above `covered` while one is on its way.
  private var asked: Int64
  /// What calls that wait for a lease want to spend.
  private var waiting: Int64 = 0
  /// The size of the last call, as a guess at the next one's.
  var lastTake: Int64 = 0

  init(covered: Int64 = 0) {
    self.covered = covered
    asked = covered
  }

  var isAsked: Bool { asked > covered }

  /// Less than half a lead is left beyond `spent`, and no lease is on its way.
  func runsLow(spent: Int64, capacity: Int64) -> Bool {
    asked <= covered && covered < capacity
      && saturatingSum(covered, -spent) < lead(beyond: spent, take: lastTake, capacity: capacity) / 2
  }

  /// The mark that has to become durable so that `take` more can be spent. Calls that come while it is on its way
  /// add to what the next one asks for; within a window the answers never fall.
  mutating func ask(for take: Int64, spent: Int64, capacity: Int64) -> Int64 {
    assert(take >= 0 && spent >= 0, "a lease for \(take) units beyond \(spent)")
    waiting = saturatingSum(waiting, take)
    let needed = min(saturatingSum(spent, waiting), capacity)
    let ahead = lead(beyond: needed, take: max(take, lastTake), capacity: capacity)
    assert(saturatingSum(needed, ahead) <= max(0, capacity), "a lease to \(needed) + \(ahead) of \(capacity)")
    asked = max(asked, covered, saturatingSum(needed, ahead))
    return asked
  }

  mutating func granted(_ used: Int64) {
    covered = max(covered, used)
    waiting = 0
  }

  /// The mark could not be written, or nobody knows whether it was: it may be asked for again.
  mutating func declined() {
    asked = covered
    waiting = 0
  }

  private func lead(beyond needed: Int64, take: Int64, capacity: Int64) -> Int64 {
    let left = max(0, capacity - min(needed, capacity))
    return min(max(capacity / Limits.leaseDivisor, take), left / Limits.leaseRemainderDivisor)
  }
}
