import Exchange
import Meters
import Policy
import Testing

@testable import Alerts

/// 86,400 tokens a day are one a second; `3x over 10m` is 1,800 in ten minutes.
@Suite final class BurnGaugeTests {
  private let house: House

  init() throws { house = try House("cap: {limit: 86400 tokens/day, burn: 3x over 10m}") }

  /// Looks every second from `from` to `to`, while `perSecond` tokens are spent; answers when something was told.
  private func spend(
    _ perSecond: Int64, _ used: inout Int64, from: WallTime, to: WallTime
  ) -> [(at: WallTime, tenths: Int64)] {
    var told: [(at: WallTime, tenths: Int64)] = []
    for at in stride(from: from.milliseconds, to: to.milliseconds, by: 1000) {
      let now = WallTime(milliseconds: at)
      used += perSecond
      for alert in house.look(reading(used, limit: 86_400, at: now), at: now) {
        guard case .burn(_, let tenths) = alert.cause else { continue }
        told.append((now, tenths))
      }
    }
    return told
  }

  @Test func `the even pace, and less than the rule says, tell nothing`() {
    var used: Int64 = 0
    #expect(spend(1, &used, from: time(1), to: time(2)).isEmpty)
    #expect(spend(2, &used, from: time(2), to: time(4)).isEmpty)
  }

  @Test func `a rate that is reached is told once, when that much has been spent`() {
    var used: Int64 = 0
    let told = spend(6, &used, from: time(1), to: time(2))
    // 1,800 tokens at 6 a second take five minutes.
    #expect(told.map(\.at) == [time(1, 5)])
    #expect(told.map(\.tenths) == [30])
  }

  @Test func `it is told again after the rate has fallen below half`() {
    var used: Int64 = 0
    #expect(spend(6, &used, from: time(1), to: time(1, 30)).count == 1)
    #expect(spend(2, &used, from: time(1, 30), to: time(2)).isEmpty)
    #expect(spend(6, &used, from: time(2), to: time(2, 20)).isEmpty)
    #expect(spend(0, &used, from: time(2, 20), to: time(2, 40)).isEmpty)
    #expect(spend(6, &used, from: time(2, 40), to: time(3)).count == 1)
  }

  @Test func `what an account had spent when it was first seen is no spend of that moment`() {
    var used: Int64 = 80_000
    #expect(spend(1, &used, from: time(1), to: time(2)).isEmpty)
  }

  @Test func `spending goes on over the end of a window`() {
    var used: Int64 = 0
    #expect(spend(3, &used, from: time(23, 55), to: time(24)).isEmpty)
    used = 0
    let told = spend(4, &used, from: time(24), to: time(24, 10))
    // 897 of the old day (what was there at the first look does not count) and 904 of the new one.
    #expect(told.map(\.at) == [time(24, 3, 45)])
  }

  @Test func `what was given back was not spent`() {
    var used: Int64 = 0
    #expect(spend(5, &used, from: time(1), to: time(1, 5)).isEmpty)
    used -= 1_000
    #expect(spend(5, &used, from: time(1, 5), to: time(1, 8)).isEmpty)
  }

  @Test func `a clock that is set back or forward raises no alarm`() {
    var used: Int64 = 0
    #expect(spend(1, &used, from: time(5), to: time(6)).isEmpty)
    #expect(spend(1, &used, from: time(2), to: time(3)).isEmpty)
    #expect(spend(1, &used, from: time(9), to: time(10)).isEmpty)
  }

  @Test func `accounts that are looked at now and then are judged by what is known`() {
    var used: Int64 = 0
    for minute in 0..<60 {
      used += 60
      let now = time(1, Int64(minute))
      #expect(house.look(reading(used, limit: 86_400, at: now), at: now).isEmpty)
    }
    used += 1_800
    let told = house.look(reading(used, limit: 86_400, at: time(2)), at: time(2))
    #expect(
      told.map(\.message) == [
        "Budget cap is spent 3.9 times as fast as it lasts; burn is 3x over 10m. It has used 6 % of its limit. "
          + "It starts anew at 2026-11-21T00:00:00Z."
      ])
  }

  @Test func `numbers at the end of the range tell something and never trap`() {
    let far = WallTime(milliseconds: .max)
    for used in [Int64.min, 0, .max] {
      for now in [WallTime(milliseconds: .min), time(1), far] {
        _ = house.look(reading(used, limit: .max, at: now), reading(used, limit: 1, at: now), at: now)
      }
    }
    #expect(house.watch.overlooked == 0)
  }
}
