import Exchange
import Meters
import Testing

@testable import Admission

@Suite struct LeaseTests {
  @Test func nothingIsSpentBeforeItIsDurable() throws {
    let house = House([.window(32_000), .window(10, name: "calls", .requests)])
    let marks = try #require(house.tryOnce(100, 300).marks)
    #expect(marks.map(\.used) == [1400, 2])
    #expect(marks.allSatisfy { $0.isLease })
    #expect(house.admission.readings(at: house.now).allSatisfy { $0.reserved == 0 })
    house.admission.declined(marks)
    #expect(house.tryOnce(100, 300).marks == marks)
    house.commit(marks)
    house.admission.granted(marks)
    house.release(try #require(house.tryOnce(100, 300).call))
  }

  @Test func callsThatWaitTogetherAreCoveredTogether() throws {
    let house = House([.window(32_000)])
    _ = house.tryOnce(0, 400)
    _ = house.tryOnce(0, 400)
    let marks = try #require(house.tryOnce(0, 400).marks)
    #expect(marks.map(\.used) == [2200])
  }

  @Test func aLaterLeaseNeverTakesBackAnEarlierOneThatIsOnItsWay() throws {
    let house = House([.window(32_000)])
    let small = try #require(house.tryOnce(0, 1000).marks)
    let large = try #require(house.tryOnce(0, 20_000).marks)
    house.commit(small)
    house.admission.granted(small)
    let last = try #require(house.tryOnce(0, 4000).marks)
    #expect(last.map(\.used) == large.map(\.used))
  }

  @Test func refillsAreAskedForAheadOfNeedAndAreRare() throws {
    let house = House([.window(10_000_000)])
    house.settle(try #require(house.reserve(100, 900).call), 100, 900)
    var waits = 0
    for _ in 0..<9000 {
      let answer = house.tryOnce(100, 900)
      if let marks = answer.marks {
        waits += 1
        house.commit(marks)
        house.admission.granted(marks)
        continue
      }
      house.settle(try #require(answer.call), 100, 900)
      let wanted = house.admission.wantsLeases
      if wanted { house.tick() }
    }
    #expect(waits == 0)
    #expect(house.commits < 80)
  }

  @Test func aCrashCostsAtMostTheLeaseAndRefillsNothing() throws {
    let house = House([.window(32_000), .bucket(32_000, burst: 32_000)])
    house.settle(try #require(house.reserve(100, 300).call), 100, 200)
    let open = try #require(house.reserve(100, 300).call)
    house.crash(open: [open])
    for budget in ["cap", "rate"] {
      #expect(house.used(budget) >= 700)
      #expect(house.used(budget) <= 2 * 400 + 1000)
    }
  }

  @Test func anOrderlyStopKeepsTheExactSpend() throws {
    let house = House([.window(32_000), .bucket(600, burst: 32_000)])
    house.settle(try #require(house.reserve(100, 300).call), 100, 200)
    house.stopOrderly()
    #expect(house.used("cap") == 300)
    #expect(house.used("rate") == 300)
    house.now.milliseconds += 10_000
    house.stopOrderly()
    #expect(house.used("rate") == 200)
    house.now.milliseconds += 20_000
    house.stopOrderly()
    let lasting = house.disk.values.filter { mark in mark.expires.map { $0 > house.now } ?? true }
    #expect(lasting.map(\.budget.text) == ["cap"])
  }

  @Test func aCallOpenAtMidnightIsStillCountedAfterACrashInTheNewWindow() throws {
    let house = House([.window(1000, name: "cap", .totalTokens, .hour)])
    house.settle(try #require(house.reserve(0, 500).call), 0, 100)
    let open = try #require(house.reserve(0, 800).call)
    house.now.milliseconds += 3_600_000
    house.crash(open: [open])
    #expect(house.used("cap") >= 800)
    house.now.milliseconds += 3_600_000
    house.crash(open: [])
    #expect(house.used("cap") == 0)
  }

  @Test func aLeaseOfAnEndedWindowAllowsNothing() throws {
    let house = House([.window(1000, name: "cap", .totalTokens, .hour)])
    let marks = try #require(house.tryOnce(0, 500).marks)
    house.now.milliseconds += 3_600_000
    _ = house.tryOnce(0, 500)
    house.admission.granted(marks)
    #expect(house.tryOnce(0, 500).marks != nil)
  }

  @Test func aDroppedBucketEndsItsLeaseOnDisk() throws {
    let house = House([.bucket(60, name: "each", .requests, .second, burst: 60, per: [.header("x-user-id")])])
    for number in 0..<MeterLimits.keysPerBudgetMax {
      house.settle(try #require(house.reserve(1, 1, user: "u\(number)").call), 1, 1)
    }
    #expect(house.disk.count == MeterLimits.keysPerBudgetMax)
    house.now.milliseconds += 60_000
    house.settle(try #require(house.reserve(1, 1, user: "new").call), 1, 1)
    house.settle(try #require(house.reserve(1, 1, user: "u3").call), 1, 1)
    house.tick()
    #expect(Set(house.disk.keys.map { $0[2] }) == ["new", "u3"])
  }
}
