import Exchange
import Foundation
import TestSupport
import Testing

@testable import Meters

@Suite struct ZoneTests {
  private static let names = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "Africa/Cairo",
    "Pacific/Apia", "Asia/Gaza", "Europe/Dublin", "America/Sao_Paulo", "UTC",
  ]

  private static func file(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)")))
  }

  private static func time(_ text: String) -> WallTime {
    WallTime(milliseconds: Int64(try! Date(text, strategy: .iso8601).timeIntervalSince1970 * 1000))
  }

  @Test(arguments: names) func aZoneAgreesWithFoundationAtAnyTime(name: String) throws {
    let zone = try Zone(name, file: try Self.file(name))
    let theirs = try #require(TimeZone(identifier: name))
    var random = Seeded(11)
    for _ in 0..<3000 {
      // From 1975 to 2037, the years that both know from the database.
      let seconds = Int64.random(in: 157_766_400...2_114_380_800, using: &random)
      let local = zone.localMs(at: WallTime(milliseconds: seconds * 1000))
      let offset = theirs.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
      #expect(local / 1000 - seconds == Int64(offset), "\(name) at \(seconds)")
    }
  }

  @Test(arguments: names) func windowsFollowEachOtherWithoutGapThroughYearsOfClockChanges(name: String) throws {
    let zone = try Zone(name, file: try Self.file(name))
    let spans: [CalendarWindow.Span] = [
      .hour, .day, .week, .month, .fixed(milliseconds: 1_800_000), .fixed(milliseconds: 12 * 3_600_000),
    ]
    for span in spans {
      let window = CalendarWindow(span, zone: zone)
      var at = Self.time("2026-01-01T00:00:00Z")
      let end = Self.time(
        span == .hour || span == .fixed(milliseconds: 1_800_000) ? "2026-12-31T00:00:00Z" : "2040-01-01T00:00:00Z")
      var broken = 0
      while at < end {
        let bounds = window.bounds(containing: at)
        let last = window.bounds(containing: WallTime(milliseconds: bounds.end.milliseconds - 1))
        if bounds.end <= at || last.end != bounds.end { broken += 1 }
        at = bounds.end
      }
      #expect(broken == 0, "\(name) \(span)")
    }
  }

  @Test func aDayHasTwentyThreeOrTwentyFiveHoursWhenTheClocksAreSet() throws {
    let berlin = CalendarWindow(.day, zone: try Zone("Europe/Berlin", file: try Self.file("Europe/Berlin")))
    let spring = berlin.bounds(containing: Self.time("2026-03-29T12:00:00Z"))
    #expect(spring.start.iso8601 == "2026-03-28T23:00:00Z")
    #expect(spring.end.iso8601 == "2026-03-29T22:00:00Z")
    let autumn = berlin.bounds(containing: Self.time("2026-10-25T12:00:00Z"))
    #expect(autumn.start.iso8601 == "2026-10-24T22:00:00Z")
    #expect(autumn.end.iso8601 == "2026-10-25T23:00:00Z")
    // Beyond the transitions that the file lists, its rule goes on.
    let far = berlin.bounds(containing: Self.time("2090-07-01T12:00:00Z"))
    #expect(far.start.iso8601 == "2090-06-30T22:00:00Z")
  }

  @Test func anHourThatTheClockShowsTwiceIsTwoHours() throws {
    let berlin = CalendarWindow(.hour, zone: try Zone("Europe/Berlin", file: try Self.file("Europe/Berlin")))
    let first = berlin.bounds(containing: Self.time("2026-10-25T00:30:00Z"))
    #expect(first.end.iso8601 == "2026-10-25T01:00:00Z")
    let second = berlin.bounds(containing: Self.time("2026-10-25T01:30:00Z"))
    #expect(second.start.iso8601 == "2026-10-25T01:00:00Z")
    #expect(second.end.iso8601 == "2026-10-25T02:00:00Z")
    let kathmandu = CalendarWindow(.hour, zone: try Zone("Asia/Kathmandu", file: try Self.file("Asia/Kathmandu")))
    #expect(kathmandu.bounds(containing: Self.time("2026-01-01T00:20:00Z")).start.iso8601 == "2026-01-01T00:15:00Z")
  }

  @Test func halfDaysKeepToNoonAndMidnight() throws {
    let zone = try Zone("America/New_York", file: try Self.file("America/New_York"))
    let half = CalendarWindow(.fixed(milliseconds: 12 * 3_600_000), zone: zone)
    let morning = half.bounds(containing: Self.time("2026-03-08T10:00:00Z"))
    #expect(morning.start.iso8601 == "2026-03-08T05:00:00Z")
    #expect(morning.end.iso8601 == "2026-03-08T16:00:00Z")
  }

  @Test func aRuleOfTheSouthernHalfAndOneByDaysOfTheYearHold() throws {
    let south = try RecurringZone(Array("<-04>4<-03>,M9.1.6/24,M4.1.6/24".utf8))
    #expect(south.offset(at: Self.time("2050-01-15T00:00:00Z").milliseconds / 1000) == -3 * 3600)
    #expect(south.offset(at: Self.time("2050-07-15T00:00:00Z").milliseconds / 1000) == -4 * 3600)
    let julian = try RecurringZone(Array("XST-1XDT-2,J60/0,J305/0".utf8))
    #expect(julian.offset(at: Self.time("2028-02-29T12:00:00Z").milliseconds / 1000) == 3600)
    #expect(julian.offset(at: Self.time("2028-03-01T12:00:00Z").milliseconds / 1000) == 7200)
    for text in ["", "CE", "CET", "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0x", "A-99"]
    {
      #expect(throws: TZifReader.Malformed.self) { try RecurringZone(Array(text.utf8)) }
    }
  }

  @Test func aDamagedFileIsAnErrorThatNamesTheZone() throws {
    let whole = try Self.file("Europe/Berlin")
    #expect(throws: ZoneError.self) { try Zone("Europe/Berlin", file: []) }
    var random = Seeded(5)
    for length in 0..<whole.count { _ = try? Zone("x", file: Array(whole.prefix(length))) }
    for _ in 0..<3000 {
      var damaged = whole
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let zone = try? Zone("x", file: damaged) else { continue }
      for time in [Int64.min, -1, 0, 1_790_000_000_000, .max] {
        let bounds = CalendarWindow(.day, zone: zone).bounds(containing: WallTime(milliseconds: time))
        #expect(bounds.start <= bounds.end)
      }
    }
    do {
      _ = try Zone("Mars/Base", file: Array("nothing".utf8))
    } catch {
      #expect(
        "\(error)"
          == "the time zone Mars/Base has a damaged file in the time zone database: it does not begin with TZif")
    }
  }
}
