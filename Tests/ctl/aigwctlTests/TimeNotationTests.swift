import Exchange
import Testing

@testable import aigwctl

@Suite struct TimeNotationTests {
  private let now = WallTime(milliseconds: 1_795_250_953_000)

  @Test(
    arguments: [
      ("500ms", 500), ("10s", 10_000), ("5m", 300_000), ("24h", 86_400_000), ("7d", 604_800_000), ("2w", 1_209_600_000),
    ] as [(String, Int64)])
  func durationsHaveAUnit(text: String, milliseconds: Int64) throws {
    #expect(try TimeNotation.duration(text) == milliseconds)
  }

  @Test(arguments: ["", "10", "h", "1y", "-1h", "1.5h", "99999999999999999999s", "9999999w", "٣h"])
  func whatIsNoDurationIsRefused(text: String) {
    #expect(throws: NotationError("\"\(text)\" is no duration; write 500ms, 10s, 5m, 24h or 7d")) {
      try TimeNotation.duration(text)
    }
  }

  @Test(arguments: [
    ("1h", "2026-11-21T07:49:13Z"), ("2026-11-21", "2026-11-21T00:00:00Z"),
    ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"),
  ])
  func timesAreAgoOrOnTheCalendar(text: String, time: String) throws {
    #expect(Moments.text(try TimeNotation.time(text, now: now)) == time)
  }

  @Test(arguments: [
    "yesterday", "2026-02-30", "2026-13-01", "2026-11-21T08:49:13", "2026-11-21 08:49:13Z", "2026/11/21",
  ])
  func whatIsNoTimeIsRefused(text: String) {
    #expect(throws: NotationError.self) { try TimeNotation.time(text, now: now) }
  }
}
