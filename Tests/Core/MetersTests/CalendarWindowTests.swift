import Exchange
import Testing

@testable import Meters

@Suite struct CalendarWindowTests {
  private static let spans: [CalendarWindow.Span] = [
    .hour, .day, .week, .month, .fixed(milliseconds: 12 * 3_600_000), .fixed(milliseconds: 1_800_000),
    .fixed(milliseconds: 7 * 86_400_000),
  ]

  private static func time(_ year: Int64, _ month: Int64, _ day: Int64, _ hour: Int64 = 0, ms: Int64 = 0) -> WallTime {
    let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
    return WallTime(milliseconds: (days * 24 + hour) * 3_600_000 + ms)
  }

  @Test func daysAndDatesAgreeForFourHundredYears() {
    var date = CivilDate(year: 1799, month: 12, day: 31)
    var wrong = 0
    for day in CivilDate(year: 1800, month: 1, day: 1)
      .daysSinceEpoch...CivilDate(year: 2200, month: 1, day: 1).daysSinceEpoch
    {
      let leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0)
      let lengths: [Int64] = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      date.day += 1
      if date.day > lengths[Int(date.month) - 1] { (date.day, date.month) = (1, date.month + 1) }
      if date.month > 12 { (date.month, date.year) = (1, date.year + 1) }
      if CivilDate(daysSinceEpoch: day) != date || date.daysSinceEpoch != day { wrong += 1 }
    }
    #expect(wrong == 0)
    #expect(CivilDate(year: 1970, month: 1, day: 1).daysSinceEpoch == 0)
  }

  @Test(arguments: [
    (CalendarWindow.Span.hour, time(2026, 3, 1, 23, ms: 3_599_999), time(2026, 3, 1, 23), time(2026, 3, 2)),
    (.hour, time(2026, 3, 1, 23), time(2026, 3, 1, 23), time(2026, 3, 2)),
    (.day, time(2028, 2, 29, 23, ms: 3_599_999), time(2028, 2, 29), time(2028, 3, 1)),
    (.day, time(2026, 2, 28, 23), time(2026, 2, 28), time(2026, 3, 1)),
    // 2026-03-01 is a Sunday, the last day of its week.
    (.week, time(2026, 3, 1, 23, ms: 3_599_999), time(2026, 2, 23), time(2026, 3, 2)),
    (.week, time(2026, 3, 2), time(2026, 3, 2), time(2026, 3, 9)),
    (.week, time(1970, 1, 1), time(1969, 12, 29), time(1970, 1, 5)),
    (.week, time(1969, 12, 28, 23), time(1969, 12, 22), time(1969, 12, 29)),
    (.month, time(2028, 2, 29, 23, ms: 3_599_999), time(2028, 2, 1), time(2028, 3, 1)),
    (.month, time(2100, 2, 28, 23), time(2100, 2, 1), time(2100, 3, 1)),
    (.month, time(2026, 12, 31, 23, ms: 3_599_999), time(2026, 12, 1), time(2027, 1, 1)),
    (.month, time(1969, 12, 31), time(1969, 12, 1), time(1970, 1, 1)),
  ])
  func aWindowBeginsAndEndsWhereTheCalendarSays(span: CalendarWindow.Span, at: WallTime, start: WallTime, end: WallTime)
  {
    let bounds = CalendarWindow(span).bounds(containing: at)
    #expect(bounds.start == start)
    #expect(bounds.end == end)
  }

  @Test(arguments: spans)
  func windowsFollowEachOtherWithoutGapOrOverlap(span: CalendarWindow.Span) {
    let window = CalendarWindow(span)
    var at = Self.time(1999, 11, 30, 5)
    var broken = 0
    for _ in 0..<20_000 {
      let bounds = window.bounds(containing: at)
      let next = window.bounds(containing: bounds.end)
      let last = window.bounds(containing: WallTime(milliseconds: bounds.end.milliseconds - 1))
      if next.start != bounds.end || last.start != bounds.start || at < bounds.start || at >= bounds.end { broken += 1 }
      at = bounds.end
    }
    #expect(broken == 0)
  }

  @Test(arguments: spans)
  func theEndsOfTimeDoNotOverflow(span: CalendarWindow.Span) {
    for milliseconds in [Int64.min, Int64.min + 1, Int64.max - 1, Int64.max] {
      let bounds = CalendarWindow(span).bounds(containing: WallTime(milliseconds: milliseconds))
      #expect(bounds.start <= bounds.end)
    }
  }

  @Test func aTimeIsWrittenAsISO8601AndNeverTooEarly() {
    #expect(Self.time(2026, 3, 1).iso8601 == "2026-03-01T00:00:00Z")
    #expect(Self.time(2026, 3, 1, 9, ms: 61_001).iso8601 == "2026-03-01T09:01:02Z")
  }
}
