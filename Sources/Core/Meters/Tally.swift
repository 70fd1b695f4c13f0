// Tally: units counted against a limit over time: a bucket that drains (token bucket), or a fixed window.

import Exchange

/// What has been spent of one key of one budget. What is only held is not in it: that neither drains nor ends.
public struct Tally: Sendable {
  private enum Count {
    case bucket(BucketLevel)
    case window(used: Int64, end: WallTime)
  }

  private var count: Count

  public init(_ shape: BudgetRule.Shape, at now: WallTime) {
    switch shape {
    case .tokenBucket: count = .bucket(BucketLevel(used: 0, asOf: now))
    case .calendarWindow(let window): count = .window(used: 0, end: window.bounds(containing: now).end)
    }
  }

  public var used: Int64 {
    switch count {
    case .bucket(let level): level.used
    case .window(let used, _): used
    }
  }

  // MARK: Time

  /// Drains the bucket, or opens the next window: true where it does. A window never reopens, even if the clock is set
  /// back.
  @discardableResult
  public mutating func advance(to now: WallTime, by terms: BudgetTerms) -> Bool {
    switch (count, terms.shape) {
    case (.bucket(var level), .tokenBucket(let period, _)):
      level.drain(to: now, limit: terms.limit, periodMs: period.milliseconds)
      count = .bucket(level)
      return false
    case (.window(let used, let end), .calendarWindow(let window)):
      guard now >= end else { return false }
      let debt = terms.carriesDebt ? Self.debt(of: used, limit: terms.limit, from: end, to: now, in: window) : 0
      count = .window(used: debt, end: window.bounds(containing: now).end)
      return true
    case (.bucket, .calendarWindow), (.window, .tokenBucket):
      preconditionFailure("a tally's shape is not its budget's; the measure keeps them apart")
    }
  }

  /// What is left of `used` in the window that contains `now`, when each window since `end` has paid one limit of it.
  private static func debt(
    of used: Int64, limit: Int64, from end: WallTime, to now: WallTime, in window: CalendarWindow
  ) -> Int64 {
    assert(now >= end, "a debt of a window that ends at \(end.milliseconds) is asked for at \(now.milliseconds)")
    guard used > limit, limit > 0 else { return limit > 0 ? 0 : used }
    var debt = used - limit
    var start = end
    // Long ago is counted in windows of the length of the first; a debt that large is not paid to the hour.
    for _ in 0..<64 {
      let next = window.bounds(containing: start).end
      if now < next || next <= start { return debt }
      debt -= limit
      if debt <= 0 { return 0 }
      start = next
    }
    let bounds = window.bounds(containing: start)
    let length = max(1, saturatingDifference(bounds.end.milliseconds, bounds.start.milliseconds))
    let passed = saturatingDifference(now.milliseconds, start.milliseconds) / length
    return max(0, saturatingDifference(debt, saturatingProduct(passed, limit)))
  }

  /// The bucket's rate changes: what has drained so far drained at the old one.
  public mutating func changeTerms(from old: BudgetTerms, at now: WallTime) {
    advance(to: now, by: old)
    guard case .bucket(var level) = count else { return }
    level.roundUp()
    count = .bucket(level)
  }

  /// Milliseconds from `now` until `used` has come down to `level` by the passing of time alone; nil: never.
  public func msUntil(level: Int64, from now: WallTime, by terms: BudgetTerms) -> Int64? {
    switch (count, terms.shape) {
    case (.bucket(let bucket), .tokenBucket(let period, _)):
      bucket.msUntil(level: level, limit: terms.limit, periodMs: period.milliseconds)
    case (.window(let used, let end), _):
      used <= level ? 0 : max(0, saturatingSum(end.milliseconds, 0 &- now.milliseconds))
    case (.bucket, .calendarWindow): nil
    }
  }

  /// When nothing will be counted any more if nothing more is spent: the window's end, or the bucket drained.
  public func resetsAt(from now: WallTime, by terms: BudgetTerms) -> WallTime {
    switch count {
    case .bucket:
      WallTime(milliseconds: saturatingSum(now.milliseconds, msUntil(level: 0, from: now, by: terms) ?? .max))
    case .window(_, let end): end
    }
  }

  // MARK: Count

  /// Counts `units`; below 0 they are none.
  public mutating func add(_ units: Int64) {
    switch count {
    case .bucket(var level):
      level.add(units)
      count = .bucket(level)
    case .window(let used, let end): count = .window(used: saturatingSum(used, max(0, units)), end: end)
    }
  }

  // MARK: Marks

  /// The mark that says "`used` may have been spent by now, of which `carried` in the next window".
  public func mark(
    _ meter: MeterName, used: Int64, carried: Int64, isLease: Bool, by terms: BudgetTerms, at now: WallTime
  ) -> MeterMark {
    assert(carried >= 0 && carried <= used, "\(carried) of \(used) units go into the next window")
    var mark = MeterMark(
      budget: meter.budget, measure: meter.measure, key: meter.key, used: used, carried: carried, asOf: now,
      isLease: isLease)
    switch (count, terms.shape) {
    case (.window(_, let end), .calendarWindow(let window)):
      let last = WallTime(milliseconds: end.milliseconds - 1)
      mark.asOf = min(max(now, window.bounds(containing: last).start), last)
      mark.expires = carried > 0 ? window.bounds(containing: end).end : end
      if terms.carriesDebt && used > terms.limit { mark.expires = nil }
    case (.bucket, .tokenBucket):
      mark.carried = 0
      if !isLease { mark.expires = resetsAt(from: now, by: terms) }
    case (.bucket, .calendarWindow), (.window, .tokenBucket): break
    }
    return mark
  }

  /// Takes up where `mark` left off; what a crash left unsettled counts as spent. The answer is how far the mark still
  /// allows spending: up to itself, or 0 once its window has ended.
  public mutating func restore(_ mark: MeterMark, by terms: BudgetTerms, at now: WallTime) -> Int64 {
    var covered: Int64 = 0
    switch (count, terms.shape) {
    case (.bucket, .tokenBucket):
      count = .bucket(BucketLevel(used: mark.used, asOf: mark.isLease ? now : mark.asOf))
      covered = mark.isLease ? mark.used : 0
    case (.window(_, let end), .calendarWindow(let window)):
      let marked = window.bounds(containing: mark.asOf)
      if marked.end >= end {
        count = .window(used: max(0, mark.used), end: marked.end)
        covered = mark.used
      } else {
        let isLast = marked.end == window.bounds(containing: now).start
        let owed =
          terms.carriesDebt ? Self.debt(of: mark.used, limit: terms.limit, from: marked.end, to: now, in: window) : 0
        count = .window(used: max(owed, isLast ? mark.carried : 0, 0), end: end)
      }
    case (.bucket, .calendarWindow), (.window, .tokenBucket): break
    }
    return advance(to: now, by: terms) ? 0 : covered
  }

  /// A mark of a window that has ended, or that has not begun, says nothing about this one.
  public func isOfThisWindow(_ mark: MeterMark, by terms: BudgetTerms) -> Bool {
    guard case (.window(_, let end), .calendarWindow(let window)) = (count, terms.shape) else { return true }
    return window.bounds(containing: mark.asOf).end == end
  }
}
