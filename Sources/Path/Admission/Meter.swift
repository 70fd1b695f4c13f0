// Meter: what one key of one budget has spent, what open calls hold, and how far the durable mark reaches.
import Exchange

/// The books of one budget and one key. At all times, for calls that stay within what they reserved:
///
///     used + reserved <= covered <= capacity
///
/// so a call's spend is counted at whichever moment between its reservation and its settlement one looks.
struct Meter {
  let key: String
  /// Units held by open calls. They survive the end of a window: an open call may still spend in the next one.
  private(set) var reserved: Int64 = 0
  private var count: Count
  private var lease = Lease()
  /// It is on the list of meters whose lease runs low.
  var isListed = false

  private enum Count {
    case bucket(BucketLevel)
    case window(used: Int64, end: WallTime)
  }

  init(key: String, shape: BudgetRule.Shape, at now: WallTime) {
    self.key = key
    switch shape {
    case .tokenBucket: count = .bucket(BucketLevel(used: 0, asOf: now))
    case .calendarWindow(let window): count = .window(used: 0, end: window.bounds(containing: now).end)
    }
  }

  var used: Int64 {
    switch count {
    case .bucket(let level): level.used
    case .window(let used, _): used
    }
  }

  var spent: Int64 { saturatingSum(used, reserved) }

  // MARK: Time

  /// Drains the bucket, or opens the next window; a window never reopens, even if the clock is set back.
  mutating func advance(to now: WallTime, by terms: BudgetTerms) {
    switch (count, terms.shape) {
    case (.bucket(var level), .tokenBucket(let period, _)):
      level.drain(to: now, limit: terms.limit, periodMs: period.milliseconds)
      count = .bucket(level)
    case (.window(_, let end), .calendarWindow(let window)):
      guard now >= end else { return }
      count = .window(used: 0, end: window.bounds(containing: now).end)
      lease = Lease()
    case (.bucket, .calendarWindow), (.window, .tokenBucket):
      preconditionFailure("meter \(key): its shape is not its budget's; the measure keeps them apart")
    }
  }

  /// The bucket's rate changes: what has drained so far drained at the old one.
  mutating func changeTerms(from old: BudgetTerms, at now: WallTime) {
    advance(to: now, by: old)
    guard case .bucket(var level) = count else { return }
    level.roundUp()
    count = .bucket(level)
  }

  /// Milliseconds from `now` until `used` has come down to `level` by the passing of time alone; nil: never.
  func msUntil(level: Int64, from now: WallTime, by terms: BudgetTerms) -> Int64? {
    switch (count, terms.shape) {
    case (.bucket(let bucket), .tokenBucket(let period, _)):
      bucket.msUntil(level: level, limit: terms.limit, periodMs: period.milliseconds)
    case (.window(let used, let end), _):
      used <= level ? 0 : max(0, saturatingSum(end.milliseconds, 0 &- now.milliseconds))
    case (.bucket, .calendarWindow): nil
    }
  }

  /// When nothing will be counted any more if nothing more is spent: the window's end, or the bucket drained.
  func resetsAt(from now: WallTime, by terms: BudgetTerms) -> WallTime {
    switch count {
    case .bucket:
      WallTime(milliseconds: saturatingSum(now.milliseconds, msUntil(level: 0, from: now, by: terms) ?? .max))
    case .window(_, let end): end
    }
  }

  // MARK: Reserve and settle

  mutating func reserve(_ units: Int64) {
    reserved = saturatingSum(reserved, units)
    lease.lastTake = units
  }

  /// Ends a reservation. More than was held is booked in full: the provider has billed it.
  mutating func settle(held: Int64, spent: Int64) {
    reserved -= held
    switch count {
    case .bucket(var level):
      level.add(spent)
      count = .bucket(level)
    case .window(let used, let end): count = .window(used: saturatingSum(used, max(0, spent)), end: end)
    }
  }

  /// Nothing is counted, nothing is held and nothing is on its way, so it may be forgotten.
  var isIdle: Bool { used == 0 && reserved == 0 && !lease.isAsked }

  // MARK: Leases

  var isLeased: Bool { lease.covered > 0 }

  @inline(__always)
  func covers(_ take: Int64) -> Bool { saturatingSum(spent, take) <= lease.covered }

  func runsLow(capacity: Int64) -> Bool { lease.runsLow(spent: spent, capacity: capacity) }

  /// The mark to make durable before `take` more may be spent (0: ahead of need).
  mutating func askLease(for take: Int64, by terms: BudgetTerms, of id: Budget.ID, at now: WallTime) -> MeterMark {
    let reach = lease.ask(for: take, spent: spent, capacity: terms.capacity)
    return mark(of: id, by: terms, at: now, used: reach, carried: reach - min(reach, used), isLease: true)
  }

  mutating func granted(_ mark: MeterMark, by terms: BudgetTerms) {
    if case (.window(_, let end), .calendarWindow(let window)) = (count, terms.shape),
      window.bounds(containing: mark.asOf).end != end
    {
      return  // A lease of a window that has ended meanwhile.
    }
    lease.granted(mark.used)
  }

  mutating func declined() { lease.declined() }

  // MARK: Marks

  /// Exactly what has been spent; calls still open count as spent.
  func exactMark(of id: Budget.ID, by terms: BudgetTerms, at now: WallTime) -> MeterMark {
    mark(of: id, by: terms, at: now, used: spent, carried: reserved, isLease: false)
  }

  private func mark(
    of id: Budget.ID, by terms: BudgetTerms, at now: WallTime, used: Int64, carried: Int64, isLease: Bool
  ) -> MeterMark {
    var mark = MeterMark(
      budget: id.name, measure: id.measure, key: key, used: used, carried: carried, asOf: now, isLease: isLease)
    switch (count, terms.shape) {
    case (.window(_, let end), .calendarWindow(let window)):
      let last = WallTime(milliseconds: end.milliseconds - 1)
      mark.asOf = min(max(now, window.bounds(containing: last).start), last)
      mark.expires = carried > 0 ? window.bounds(containing: end).end : end
    case (.bucket, .tokenBucket):
      mark.carried = 0
      if !isLease { mark.expires = resetsAt(from: now, by: terms) }
    case (.bucket, .calendarWindow), (.window, .tokenBucket): break
    }
    return mark
  }

  /// Takes up where `mark` left off; what a crash left unsettled counts as spent.
  mutating func restore(_ mark: MeterMark, by terms: BudgetTerms, at now: WallTime) {
    switch (count, terms.shape) {
    case (.bucket, .tokenBucket):
      count = .bucket(BucketLevel(used: mark.used, asOf: mark.isLease ? now : mark.asOf))
      lease = Lease(covered: mark.isLease ? mark.used : 0)
    case (.window(_, let end), .calendarWindow(let window)):
      let marked = window.bounds(containing: mark.asOf)
      if marked.end >= end {
        count = .window(used: mark.used, end: marked.end)
        lease = Lease(covered: mark.used)
      } else if marked.end == window.bounds(containing: now).start {
        count = .window(used: mark.carried, end: end)
      }
    case (.bucket, .calendarWindow), (.window, .tokenBucket): break
    }
    advance(to: now, by: terms)
  }
}
