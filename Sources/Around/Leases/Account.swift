// Account: what one holder has been granted of one meter, and what became of it.

import Exchange

/// The authority's side of an account. Times are those of `RunningTime`.
struct Account {
  enum State: Hashable {
    case open
    /// The holder has given everything back; remembered a while.
    case closed(at: Int64)
    /// The holder fell silent; its credit is held until it is heard again or taken for dead.
    case silent(since: Int64)
  }

  let holder: Int
  let serial: Int64
  var counters: LeaseCounters
  var state = State.open
  /// What the holder last said it needs, and when.
  private(set) var needs: Int64 = 0
  private(set) var heardAt: Int64
  private(set) var recalledAt: Int64?

  init(holder: Int, serial: Int64, counters: LeaseCounters = LeaseCounters(), at now: Int64) {
    self.holder = holder
    self.serial = serial
    self.counters = counters
    heardAt = now
  }

  /// What the meter holds for it.
  var held: Int64 { counters.credit }

  var isSilent: Bool {
    if case .silent = state { return true }
    return false
  }

  mutating func heard(needs: Int64, at now: Int64) {
    self.needs = max(0, needs)
    heardAt = now
    recalledAt = nil
  }

  /// Credit the holder may be able to give back. What it said it needs may have been settled since.
  func spare(at now: Int64) -> Int64 {
    now - heardAt < Limits.believedMs ? max(0, held - needs) : held
  }

  /// A recall is under way, and its answer may still come.
  func isRecalled(at now: Int64) -> Bool { recalledAt.map { now - $0 < Limits.recallAgainMs } ?? false }

  /// It was asked and did not answer.
  func ignoredRecall(at now: Int64) -> Bool { recalledAt.map { now - $0 >= Limits.recallAgainMs } ?? false }

  mutating func recall(at now: Int64) { recalledAt = now }

  /// Nobody will be heard about it any more, so it may be booked and forgotten.
  func isOver(at now: Int64) -> Bool {
    switch state {
    case .open: false
    case .closed(let since): now - since >= Limits.closedMs
    case .silent(let since): now - since >= Limits.deadMs
    }
  }
}
