// CalendarWindow: hours, days, weeks and months as the calendar cuts them, in integers.

import Exchange

/// A fixed window aligned to the calendar. Weeks begin on Monday (ISO 8601).
public struct CalendarWindow: Hashable, Sendable {
  public enum Span: String, CaseIterable, Hashable, Sendable {
    case hour
    case day
    case week
    case month
  }

  public var span: Span
  public var zone: Zone

  public init(_ span: Span, zone: Zone = .utc) {
    self.span = span
    self.zone = zone
  }

  /// The window that contains `time`: its first millisecond and the first of the next one.
  public func bounds(containing time: WallTime) -> (start: WallTime, end: WallTime) {
    let local = zone.localMs(at: time)
    let start: Int64
    let end: Int64
    switch span {
    case .hour:
      start = saturatingProduct(local.flooredQuotient(by: hourMs), hourMs)
      end = saturatingSum(start, hourMs)
    case .day:
      start = saturatingProduct(local.flooredQuotient(by: dayMs), dayMs)
      end = saturatingSum(start, dayMs)
    case .week:
      let day = local.flooredQuotient(by: dayMs)
      // 1970-01-01 was a Thursday, the fourth day of its week.
      let monday = (day + 3).flooredQuotient(by: 7) * 7 - 3
      start = saturatingProduct(monday, dayMs)
      end = saturatingSum(start, 7 * dayMs)
    case .month:
      let date = CivilDate(daysSinceEpoch: local.flooredQuotient(by: dayMs))
      let next =
        date.month == 12
        ? CivilDate(year: date.year + 1, month: 1, day: 1)
        : CivilDate(year: date.year, month: date.month + 1, day: 1)
      start = saturatingProduct(CivilDate(year: date.year, month: date.month, day: 1).daysSinceEpoch, dayMs)
      end = saturatingProduct(next.daysSinceEpoch, dayMs)
    }
    return (zone.time(atLocalMs: start), zone.time(atLocalMs: end))
  }
}

/// Where the calendar's midnights fall. Windows are cut in local time and mapped back, so that a zone with summer
/// time needs only these two functions.
public struct Zone: Hashable, Sendable {
  public static let utc = Zone()

  func localMs(at time: WallTime) -> Int64 { time.milliseconds }
  func time(atLocalMs milliseconds: Int64) -> WallTime { WallTime(milliseconds: milliseconds) }
}

private let hourMs: Int64 = 3_600_000
private let dayMs: Int64 = 86_400_000
