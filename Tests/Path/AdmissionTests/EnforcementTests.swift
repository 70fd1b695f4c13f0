import Exchange
import Meters
import Testing

@testable import Admission

@Suite struct EnforcementTests {
  private func rule(_ limit: Int64, _ enforcement: BudgetRule.Enforcement, name: String = "cap") -> BudgetRule {
    var rule = BudgetRule.window(limit, name: name, .totalTokens, .hour)
    rule.enforcement = enforcement
    return rule
  }

  private func bucket(_ limit: Int64, maxWaitMs: Int64, name: String = "rate") -> BudgetRule {
    var rule = BudgetRule.bucket(limit, name: name, .requests, .second, burst: limit)
    rule.enforcement = .queue(maxWaitMs: maxWaitMs)
    return rule
  }

  // MARK: Shadow and unlimited

  @Test func aShadowBudgetCountsAndTellsAndNeverRefusesNorFits() throws {
    let house = House([rule(1000, .shadow)])
    house.settle(try #require(house.reserve(0, 900).call), 0, 900)
    #expect(house.admission.wouldHaveRefused.isEmpty)
    let call = try #require(house.reserve(0, 5000, floor: 256).call)
    #expect(call.fitted == nil)
    let told = house.admission.wouldHaveRefused
    #expect(told.map(\.cause) == [.spent])
    #expect(told.map(\.used) == [900])
    house.settle(call, 0, 5000)
    #expect(house.used("cap") == 5900)
  }

  @Test func anUnlimitedBudgetOnlyKeepsCount() throws {
    let house = House([rule(1, .unlimited)])
    for _ in 0..<10 { house.settle(try #require(house.reserve(0, 64_000).call), 0, 1000) }
    #expect(house.used("cap") == 10_000)
    #expect(house.admission.wouldHaveRefused.isEmpty)
    house.crash(open: [])
    #expect(house.used("cap") >= 10_000)
    #expect(house.used("cap") <= 200_000)
  }

  // MARK: Queue

  @Test func aCallWaitsUntilTimeHasMadeRoom() throws {
    let house = House([bucket(2, maxWaitMs: 10_000)])
    for _ in 0..<2 { house.settle(try #require(house.reserve(1, 1).call), 1, 1) }
    let wait = try #require(house.reserve(1, 1).wait)
    #expect(wait.afterMs == 500)
    #expect(wait.maxWaitMs == 10_000)
    house.now.milliseconds += wait.afterMs
    house.settle(try #require(house.reserve(.tokens(1, 1), ticket: wait.ticket).call), 1, 1)
  }

  @Test func thoseWhoCameFirstPassFirst() throws {
    let house = House([bucket(1, maxWaitMs: 10_000)])
    house.settle(try #require(house.reserve(1, 1).call), 1, 1)
    let first = try #require(house.reserve(1, 1).wait)
    let second = try #require(house.reserve(1, 1).wait)
    house.now.milliseconds += 1000
    // There is room for one, and neither the second nor a newcomer may have it.
    #expect(house.reserve(.tokens(1, 1), ticket: second.ticket).wait?.ticket == second.ticket)
    let third = try #require(house.reserve(1, 1).wait)
    house.settle(try #require(house.reserve(.tokens(1, 1), ticket: first.ticket).call), 1, 1)
    #expect(house.admission.takeWakes() == [second.ticket])
    house.now.milliseconds += 1000
    house.settle(try #require(house.reserve(.tokens(1, 1), ticket: second.ticket).call), 1, 1)
    house.admission.leave(third.ticket)
    house.now.milliseconds += 1000
    house.settle(try #require(house.reserve(1, 1).call), 1, 1)
  }

  @Test func whatIsGivenBackWakesTheFirstInLine() throws {
    let house = House([rule(1000, .queue(maxWaitMs: 5000))])
    let open = try #require(house.reserve(0, 900).call)
    let wait = try #require(house.reserve(0, 500).wait)
    #expect(wait.refusal.cause == .held)
    let quiet = house.admission.hasWakes
    #expect(!quiet)
    house.settle(open, 0, 100)
    #expect(house.admission.takeWakes() == [wait.ticket])
    house.release(try #require(house.reserve(.tokens(0, 500), ticket: wait.ticket).call))
  }

  @Test func aCallForWhichWaitingIsInVainIsRefusedAtOnce() throws {
    let house = House([rule(1000, .queue(maxWaitMs: 5000))])
    house.settle(try #require(house.reserve(0, 900).call), 0, 900)
    // The window ends in an hour, and nobody gives anything back.
    #expect(try #require(house.reserve(0, 500).refusal).cause == .spent)
    #expect(try #require(house.reserve(0, 1001).refusal).cause == .tooLarge)
  }

  @Test func aBudgetThatRefusesDoesNotLetACallWaitForAnother() throws {
    let house = House([bucket(1, maxWaitMs: 10_000), .window(1, name: "day", .requests)])
    house.settle(try #require(house.reserve(1, 1).call), 1, 1)
    #expect(try #require(house.reserve(1, 1).refusal).budget.text == "day")
  }

  @Test func twoCallsThatMeetInTwoLinesDoNotWaitForEachOther() throws {
    var small = rule(1000, .queue(maxWaitMs: 5000), name: "a")
    small.match = [.init(.model, "a")]
    let house = House([bucket(1, maxWaitMs: 10_000), small])
    house.settle(try #require(house.reserve(1, 1, model: "b").call), 1, 1)
    let hog = try #require(house.reserve(.tokens(0, 1), model: "c").wait)
    house.admission.leave(hog.ticket)
    let first = try #require(house.reserve(0, 900, model: "a").wait)
    let second = try #require(house.reserve(0, 900, model: "a").wait)
    house.now.milliseconds += 1000
    #expect(house.reserve(.tokens(0, 900), model: "a", ticket: second.ticket).wait != nil)
    let call = try #require(house.reserve(.tokens(0, 900), model: "a", ticket: first.ticket).call)
    house.settle(call, 0, 10)
    house.now.milliseconds += 1000
    house.release(try #require(house.reserve(.tokens(0, 900), model: "a", ticket: second.ticket).call))
  }

  @Test func aFullLineRefuses() throws {
    let house = House([bucket(1, maxWaitMs: 10_000)])
    house.settle(try #require(house.reserve(1, 1).call), 1, 1)
    for _ in 0..<Limits.waitingMax { _ = try #require(house.reserve(1, 1).wait) }
    #expect(house.reserve(1, 1).refusal != nil)
  }

  // MARK: Debt

  @Test func whatAWindowOverspentIsTakenFromTheNext() throws {
    var rule = rule(1000, .refuse)
    rule.carriesDebt = true
    let house = House([rule])
    house.settle(try #require(house.reserve(0, 500).call), 0, 2300)
    house.now.milliseconds += 3_600_000
    #expect(house.used("cap") == 1300)
    house.stopOrderly()
    #expect(house.used("cap") == 1300)
    house.now.milliseconds += 3_600_000
    #expect(house.used("cap") == 300)
    house.release(try #require(house.reserve(0, 700).call))
    #expect(house.reserve(0, 701).refusal != nil)
    house.crash(open: [])
    house.now.milliseconds += 3_600_000
    #expect(house.used("cap") == 0)
  }

  // MARK: Growth

  @Test func aStreamGrowsFromTheHeadroomAndNoFurther() throws {
    let house = House([.window(10_000)])
    let call = try #require(house.reserve(100, 300).call)
    _ = house.grow(call, by: 500)
    house.tick()
    var grown: Int64 = 0
    for _ in 0..<100 {
      grown += house.grow(call, by: 500)
      house.tick()
    }
    #expect(grown <= 9600)
    #expect(grown > 9000)
    let held = house.admission.readings(at: house.now)[0].reserved
    #expect(held <= 10_000)
    house.settle(call, 100, 700)
    #expect(house.used("cap") == 800)
    #expect(house.admission.readings(at: house.now)[0].reserved == 0)
  }

  @Test func aStreamDoesNotGrowBeyondWhatIsDurable() throws {
    let house = House([.window(32_000)])
    let call = try #require(house.reserve(0, 400).call)
    let covered = house.disk.values.first?.used ?? 0
    var grown: Int64 = 0
    for _ in 0..<100 { grown += house.grow(call, by: 500) }
    #expect(400 + grown == covered)
    let wants = house.admission.wantsLeases
    #expect(wants)
    house.tick()
    #expect(house.grow(call, by: 500) > 0)
    house.release(call)
  }

  @Test func streamsGrowByAFairShareEach() throws {
    let house = House([.window(10_000), .window(100, name: "calls", .requests)])
    let calls = try (0..<4).map { _ in try #require(house.reserve(0, 1000, floor: 256).call) }
    for _ in 0..<3 { house.tick() }
    let shares = calls.map { house.grow($0, by: 100_000) }
    #expect(shares.allSatisfy { $0 <= 1500 })
    for call in calls { house.release(call) }
  }
}
