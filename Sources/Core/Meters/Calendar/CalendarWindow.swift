// CalendarWindow: fixed windows: hours, days, weeks and months as the calendar cuts them, and other spans in a row.

import Exchange

/// A fixed window aligned to the calendar of a time zone. Weeks begin on Monday (ISO 8601).
public struct CalendarWindow: Hashable, Sendable {
  public enum Span: Hashable, Sendable {
    case hour
    case day
    case week
    case month
    /// Spans of this many milliseconds, one after the other since 1970-01-01T00:00 in the window's time zone.
    case fixed(milliseconds: Int64)

    /// `day`, `12h`: as it is written in a policy, and in the measure of a meter.
    public var name: String {
      switch self {
      case .hour: return "hour"
      case .day: return "day"
      case .week: return "week"
      case .month: return "month"
      case .fixed(let milliseconds):
        let units: [(Int64, String)] = [(dayMs, "d"), (hourMs, "h"), (60_000, "m"), (1000, "s")]
        let unit = units.first { milliseconds % $0.0 == 0 } ?? (1, "ms")
        return "\(milliseconds / unit.0)\(unit.1)"
      }
    }
  }

  public var span: Span
  public var zone: Zone

  public init(_ span: Span, zone: Zone = .utc) {
    self.span = span
    self.zone = zone
  }

  /// The window that contains `time`: its first millisecond and the first of the next one.
  ///
  /// Windows are cut in local time and mapped back, so a day may have 23 or 25 hours. Windows of up to an hour are cut
  /// in the time that a clock on the wall would show had it never been set: an hour that the clock shows twice is two.
  public func bounds(containing time: WallTime) -> (start: WallTime, end: WallTime) {
    let local = zone.localMs(at: time)
    if let length = shortLength {
      let offset = saturatingDifference(local, time.milliseconds)
      let start = saturatingDifference(saturatingProduct(local.flooredQuotient(by: length), length), offset)
      return (WallTime(milliseconds: start), WallTime(milliseconds: saturatingSum(start, length)))
    }
    var start = localStart(of: local)
    var end = localEnd(from: start)
    // A clock set back over a window's end shows times of the window that has ended: they belong to the next one.
    for _ in 0..<3 where zone.time(atLocalMs: end) <= time && end < .max {
      start = end
      end = localEnd(from: start)
    }
    assert(start < end || end == .max, "a \(span.name) from \(start) to \(end)")
    return (zone.time(atLocalMs: start), zone.time(atLocalMs: end))
  }

  private var shortLength: Int64? {
    switch span {
    case .hour: hourMs
    case .fixed(let milliseconds) where milliseconds <= hourMs: max(1, milliseconds)
    case .fixed, .day, .week, .month: nil
    }
  }

  private func localStart(of local: Int64) -> Int64 {
    switch span {
    case .hour: return saturatingProduct(local.flooredQuotient(by: hourMs), hourMs)
    case .fixed(let length): return saturatingProduct(local.flooredQuotient(by: length), length)
    case .day: return saturatingProduct(local.flooredQuotient(by: dayMs), dayMs)
    case .week:
      // 1970-01-01 was a Thursday, the fourth day of its week.
      let monday = (local.flooredQuotient(by: dayMs) + 3).flooredQuotient(by: 7) * 7 - 3
      return saturatingProduct(monday, dayMs)
    case .month:
      let date = CivilDate(daysSinceEpoch: local.flooredQuotient(by: dayMs))
      return saturatingProduct(CivilDate(year: date.year, month: date.month, day: 1).daysSinceEpoch, dayMs)
    }
  }

  private func localEnd(from start: Int64) -> Int64 {
    switch span {
    case .hour: return saturatingSum(start, hourMs)
    case .fixed(let length): return saturatingSum(start, length)
    case .day: return saturatingSum(start, dayMs)
    case .week: return saturatingSum(start, 7 * dayMs)
    case .month:
      let date = CivilDate(daysSinceEpoch: start.flooredQuotient(by: dayMs))
      let next =
        date.month == 12
        ? CivilDate(year: date.year + 1, month: 1, day: 1)
        : CivilDate(year: date.year, month: date.month + 1, day: 1)
      return saturatingProduct(next.daysSinceEpoch, dayMs)
    }
  }
}

private let hourMs: Int64 = 3_600_000
private let dayMs: Int64 = 86_400_000
