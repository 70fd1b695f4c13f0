import Exchange
import TestSupport
import Testing

@testable import Meters

@Suite struct BucketLevelTests {
  private let epoch = WallTime(milliseconds: 1_790_000_000_000)

  @Test func aMillionSmallStepsDrainWhatOneLargeOneDoes() {
    // 7 units a minute divide no step evenly.
    var steps = BucketLevel(used: 1000, asOf: epoch)
    var now = epoch
    var random = Seeded(1)
    while now.milliseconds - epoch.milliseconds < 3_600_000 {
      now.milliseconds += Int64.random(in: 0...97, using: &random)
      steps.drain(to: now, limit: 7, periodMs: 60_000)
    }
    var once = BucketLevel(used: 1000, asOf: epoch)
    once.drain(to: now, limit: 7, periodMs: 60_000)
    #expect(steps == once)
    let elapsed = now.milliseconds - epoch.milliseconds
    #expect(once.used == (1000 * 60_000 - 7 * elapsed + 59_999) / 60_000)
  }

  @Test func tenYearsOfSpendingAtTheRateLeaveTheBucketWhereItWas() {
    var level = BucketLevel(used: 0, asOf: epoch)
    var now = epoch
    for _ in 0..<(10 * 365 * 24) {
      level.add(60 * 13)
      now.milliseconds += 3_600_000
      level.drain(to: now, limit: 13, periodMs: 60_000)
    }
    #expect(level.used == 0)
    #expect(level.fraction == 0)
  }

  @Test func theLimitsOfIntegersNeitherOverflowNorLoseUnits() {
    var level = BucketLevel(used: .max, asOf: epoch)
    level.add(.max)
    #expect(level.used == .max)
    level.drain(to: WallTime(milliseconds: epoch.milliseconds + 60_000), limit: .max - 5, periodMs: 60_000)
    #expect(level.used == 5)
    level.add(.max)
    level.drain(to: WallTime(milliseconds: .max), limit: .max, periodMs: 1000)
    #expect(level.used == 0)
    var slow = BucketLevel(used: .max, asOf: epoch)
    slow.drain(to: WallTime(milliseconds: epoch.milliseconds + 60_000), limit: 1, periodMs: 60_000)
    #expect(slow.used == .max - 1)
    var backwards = BucketLevel(used: 9, asOf: WallTime(milliseconds: .max))
    backwards.drain(to: WallTime(milliseconds: .min), limit: 1, periodMs: 1000)
    backwards.drain(to: WallTime(milliseconds: .max), limit: 1, periodMs: 1000)
    #expect(backwards.used == 0)
  }

  @Test func aClockSetBackDrainsNothingAndThenDrainsAtTheSamePace() {
    var level = BucketLevel(used: 100, asOf: epoch)
    level.drain(to: WallTime(milliseconds: epoch.milliseconds - 3_600_000), limit: 10, periodMs: 1000)
    #expect(level.used == 100)
    level.drain(to: WallTime(milliseconds: epoch.milliseconds - 3_600_000 + 5000), limit: 10, periodMs: 1000)
    #expect(level.used == 50)
  }

  @Test func theTimeUntilALevelIsTheFirstMillisecondThatReachesIt() {
    var random = Seeded(2)
    for _ in 0..<2000 {
      let limit = Int64.random(in: 1...5000, using: &random)
      let used = Int64.random(in: 0...20_000, using: &random)
      let target = Int64.random(in: 0...20_000, using: &random)
      var level = BucketLevel(used: used, asOf: epoch)
      let warmUp = WallTime(milliseconds: epoch.milliseconds + Int64.random(in: 0...999, using: &random))
      level.drain(to: warmUp, limit: limit, periodMs: 60_000)
      let wait = level.msUntil(level: target, limit: limit, periodMs: 60_000) ?? -1
      var early = level
      early.drain(to: WallTime(milliseconds: warmUp.milliseconds + wait - 1), limit: limit, periodMs: 60_000)
      level.drain(to: WallTime(milliseconds: warmUp.milliseconds + wait), limit: limit, periodMs: 60_000)
      #expect(level.used <= target)
      #expect(wait == 0 || early.used > target)
    }
    #expect(BucketLevel(used: 5, asOf: epoch).msUntil(level: 0, limit: 0, periodMs: 1000) == nil)
  }
}
