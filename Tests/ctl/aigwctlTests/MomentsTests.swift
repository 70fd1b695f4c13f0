import Exchange
import Testing

@testable import aigwctl

@Suite struct MomentsTests {
  private let now = WallTime(milliseconds: 1_795_250_953_000)

  @Test func timesAreWrittenInUTC() {
    #expect(Moments.text(now) == "2026-11-21T08:49:13Z")
    #expect(Moments.timeOfDay(now) == "08:49:13")
    #expect(Moments.text(WallTime(milliseconds: 0)) == nil)
  }

  @Test(
    arguments: [
      (-5, "0ms"), (250, "250ms"), (1000, "1s"), (61_000, "1m 1s"), (599_000, "9m 59s"), (601_000, "10m"),
      (2_520_000, "42m"), (3_600_000, "1h"), (3_900_000, "1h 5m"), (273_600_000, "3d 4h"),
    ] as [(Int64, String)])
  func durationsHaveTheirTwoLargestParts(milliseconds: Int64, text: String) {
    #expect(Moments.duration(milliseconds: milliseconds) == text)
  }

  @Test func latenciesAreFiner() {
    #expect(Moments.latency(microseconds: 345) == "345µs")
    #expect(Moments.latency(microseconds: 345_678) == "345ms")
    #expect(Moments.latency(microseconds: 2_045_678) == "2.04s")
    #expect(Moments.latency(microseconds: 70_000_000) == "1m 10s")
  }

  @Test func whatHasPassedDoesNotLieAhead() {
    #expect(Moments.until(WallTime(milliseconds: now.milliseconds + 2_520_000), from: now) == "42m")
    #expect(Moments.until(now, from: now) == nil)
    #expect(Moments.until(WallTime(milliseconds: .max), from: WallTime(milliseconds: -1)) == nil)
    #expect(Moments.since(WallTime(milliseconds: now.milliseconds - 3_600_000), from: now) == "1h")
    #expect(Moments.since(WallTime(milliseconds: now.milliseconds + 5), from: now) == "0s")
  }

  @Test func timesThatNoCalendarHoldsAreNotShown() {
    #expect(Moments.text(WallTime(milliseconds: .max)) != "")
  }
}
