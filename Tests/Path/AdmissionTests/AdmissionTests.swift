import Exchange
import Meters
import Testing

@testable import Admission

@Suite struct AdmissionTests {
  private let user = BudgetRule.Dimension.header("x-user-id")

  @Test func aCallHoldsItsWorstPriceAndSettlesForWhatItCost() throws {
    let house = House([.window(1000)])
    let call = try #require(house.reserve(100, 300).call)
    #expect(call.fitted == nil)
    #expect(house.admission.readings(at: house.now)[0].reserved == 400)
    house.settle(call, 90, 50)
    let reading = house.admission.readings(at: house.now)[0]
    #expect(reading.used == 140)
    #expect(reading.reserved == 0)
    let open = house.admission.openCalls
    #expect(open == 0)
  }

  @Test func parallelCallsCannotAllPassACheckThatOnlyOneFits() throws {
    let house = House([.window(1000)])
    let first = try #require(house.reserve(0, 600).call)
    let refusal = try #require(house.reserve(0, 600).refusal)
    #expect(refusal.cause == .held)
    #expect(refusal.retryAfterMs == Limits.retryWhenHeldMs)
    house.settle(first, 0, 10)
    house.release(try #require(house.reserve(0, 600).call))
  }

  @Test func outputIsFittedToAFairShareOfTheHeadroomButNeverBelowTheFloor() throws {
    let house = House([.window(1000)])
    let first = try #require(house.reserve(100, 300).call)
    let fitted = try #require(house.reserve(10, 64_000, floor: 256).call)
    #expect(fitted.output == 290)
    #expect(fitted.fitted == fitted.output)
    let least = try #require(house.reserve(10, 64_000, floor: 256).call)
    #expect(least.fitted == 256)
    let refusal = try #require(house.reserve(0, 64_000, floor: 256).refusal)
    #expect(refusal.needed == 256)
    house.settle(fitted, 10, 200)
    let small = try #require(house.reserve(10, 20, floor: 256).call)
    #expect(small.fitted == nil)
    for call in [first, least, small] { house.release(call) }
  }

  @Test func agentsThatAskForFarTooMuchAllGetGoingAtOnce() throws {
    let house = House([.window(120_000)])
    let calls = try (0..<32).map { _ in try #require(house.reserve(20, 64_000, floor: 256).call) }
    #expect(try #require(calls[0].fitted) > 50_000)
    #expect(calls.allSatisfy { $0.output >= 256 })
    #expect(house.admission.readings(at: house.now)[0].reserved <= 120_000)
    for call in calls { house.release(call) }
  }

  @Test func aCallAloneIsFittedToAllThereIsWhereThatIsNotMuch() throws {
    let house = House([.window(4000)])
    let call = try #require(house.reserve(10, 64_000, floor: 256).call)
    #expect(call.fitted == 3990)
    house.release(call)
  }

  @Test func theTightestOfAllBudgetsFitsTheCall() throws {
    let house = House([
      .window(10_000, name: "tokens", .totalTokens), .window(700, name: "out", .outputTokens),
      .window(500, name: "in", .inputTokens),
      .window(2, name: "calls", .requests),
    ])
    let call = try #require(house.reserve(400, 5000, floor: 256).call)
    #expect(call.fitted == 700)
    house.settle(call, 400, 100)
    #expect(try #require(house.reserve(101, 300, floor: 256).refusal).budget.text == "in")
    let second = try #require(house.reserve(10, 300).call)
    #expect(try #require(house.reserve(0, 0).refusal).budget.text == "calls")
    house.release(second)
  }

  @Test func aRefusedCallHoldsNothingOnTheBudgetsThatHadRoom() throws {
    let house = House([.window(10_000, name: "wide", .totalTokens), .window(1, name: "narrow", .requests)])
    house.settle(try #require(house.reserve(10, 10).call), 10, 10)
    #expect(house.reserve(100, 100).refusal != nil)
    #expect(house.admission.readings(at: house.now).allSatisfy { $0.reserved == 0 })
    #expect(house.used("wide") == 20)
  }

  @Test func budgetsApplyByMatchAndAreSplitByValue() throws {
    let house = House([
      .window(1, name: "each", .requests, per: [user]),
      .window(2, name: "4o", .requests, match: [.init(.model, "gpt-4o")]),
      .window(0, name: "team", .requests, match: [.init(.header("x-team-id"), "core")]),
    ])
    house.settle(try #require(house.reserve(1, 1, user: "alice").call), 1, 1)
    #expect(try #require(house.reserve(1, 1, user: "alice").refusal).scope == [.init(user, "alice")])
    house.settle(try #require(house.reserve(1, 1, user: "bob").call), 1, 1)
    #expect(try #require(house.reserve(1, 1, user: "carol").refusal).budget.text == "4o")
    house.settle(try #require(house.reserve(1, 1, user: "carol", model: "small").call), 1, 1)
  }

  @Test func aBudgetOfModelsThatBeginAlikeAppliesToAllOfThem() throws {
    let house = House([.window(2, name: "gpt", .requests, match: [.init(.model, .startsWith("gpt-"))])])
    house.settle(try #require(house.reserve(1, 1, model: "gpt-4o").call), 1, 1)
    house.settle(try #require(house.reserve(1, 1, model: "gpt-5").call), 1, 1)
    let refusal = try #require(house.reserve(1, 1, model: "gpt-4o").refusal)
    #expect(refusal.message.hasPrefix("Budget gpt (model=gpt-*) allows 2 requests per "))
    house.settle(try #require(house.reserve(1, 1, model: "claude").call), 1, 1)
  }

  @Test func aCallWithoutTheDimensionCountsUnderTheEmptyValue() throws {
    let house = House([.window(1, name: "each", .requests, per: [user])])
    house.settle(try #require(house.reserve(1, 1).call), 1, 1)
    #expect(try #require(house.reserve(1, 1).refusal).scope == [.init(user, "")])
  }

  @Test func whatWasNotReportedIsBookedAsReserved() throws {
    let house = House([.window(10_000, name: "all", .totalTokens), .window(10_000, name: "out", .outputTokens)])
    house.settle(try #require(house.reserve(100, 300).call), 80, nil)
    #expect(house.used("all") == 380)
    #expect(house.used("out") == 300)
    house.settle(try #require(house.reserve(100, 300).call), nil, nil)
    #expect(house.used("all") == 780)
  }

  @Test func moreThanWasReservedIsBookedInFullAndAbsurdUsageNeitherWrapsNorRefunds() throws {
    let house = House([.window(1000)])
    house.settle(try #require(house.reserve(10, 10).call), 10, 5000)
    #expect(house.used("cap") == 5010)
    #expect(try #require(house.reserve(0, 1).refusal).cause == .spent)
    let absurd = House([.window(1000), .bucket(1000, burst: 1000)])
    let first = try #require(absurd.reserve(10, 10).call)
    let second = try #require(absurd.reserve(10, 10).call)
    absurd.settle(first, .max, .max)
    absurd.settle(second, .min, -3)
    #expect(absurd.used("cap") == .max)
    #expect(absurd.used("rate") == .max)
    #expect(absurd.reserve(1, 1).refusal != nil)
  }

  @Test func aCallOpenAtTheEndOfAWindowIsHeldAndBookedInTheNextOne() throws {
    let house = House([.window(1000, name: "cap", .totalTokens, .hour)])
    let call = try #require(house.reserve(0, 900).call)
    house.now.milliseconds += 3_600_000
    #expect(try #require(house.reserve(0, 200).refusal).reserved == 900)
    house.settle(call, 0, 850)
    #expect(house.used("cap") == 850)
    #expect(try #require(house.reserve(0, 200).refusal).cause == .spent)
    house.now.milliseconds += 3_600_000
    house.release(try #require(house.reserve(0, 1000).call))
  }

  @Test func aClockSetBackReopensNoWindow() throws {
    let house = House([.window(100, name: "cap", .totalTokens, .hour)])
    house.settle(try #require(house.reserve(0, 100).call), 0, 100)
    house.now.milliseconds += 3_600_000
    house.settle(try #require(house.reserve(0, 100).call), 0, 100)
    house.now.milliseconds -= 3_600_000
    #expect(house.reserve(0, 1).refusal != nil)
  }

  @Test func aBucketRefillsContinuously() throws {
    let house = House([.bucket(60, name: "rate", .requests, .minute, burst: 2)])
    for _ in 0..<2 { house.settle(try #require(house.reserve(1, 1).call), 1, 1) }
    let refusal = try #require(house.reserve(1, 1).refusal)
    #expect(refusal.retryAfterMs == 1000)
    #expect(refusal.resetsAt.milliseconds == house.now.milliseconds + 2000)
    house.now.milliseconds += 999
    #expect(house.reserve(1, 1).refusal?.retryAfterMs == 1)
    house.now.milliseconds += 1
    house.settle(try #require(house.reserve(1, 1).call), 1, 1)
  }

  @Test func aNewPolicyKeepsTheSpendAndAChangedLimitHoldsAtOnce() throws {
    let house = House([.window(1000), .bucket(60, burst: 60)])
    let open = try #require(house.reserve(0, 30).call)
    house.settle(try #require(house.reserve(0, 20).call), 0, 20)
    house.admission.replace(rules: [.window(40), .bucket(6000, burst: 100)], at: house.now)
    #expect(house.used("cap") == 20)
    #expect(try #require(house.reserve(0, 1).refusal).limit == 40)
    house.admission.replace(rules: [], at: house.now)
    house.settle(open, 0, 30)
    house.admission.replace(rules: [.window(1000), .window(5, name: "cap2", .requests)], at: house.now)
    #expect(house.used("cap") == 50)
    #expect(house.used("cap2") == 0)
    house.admission.replace(rules: [.window(1000, name: "cap", .requests)], at: house.now)
    #expect(house.used("cap") == 0)
  }

  @Test func aMeterIsKeptForACallThatHoldsNothingOfIt() throws {
    let house = House([
      .window(1000, name: "each", .outputTokens, .hour, per: [user]), .window(9, name: "calls", .requests),
    ])
    let call = try #require(house.reserve(0, 0, user: "alice").call)
    house.admission.replace(rules: [.window(9, name: "calls", .requests)], at: house.now)
    house.admission.replace(rules: [.window(7, name: "other", .outputTokens, .hour, per: [user])], at: house.now)
    house.settle(try #require(house.reserve(0, 1, user: "bob").call), 0, 1)
    house.settle(call, 0, 500)
    #expect(house.used("other") == 1)
  }

  @Test func aDroppedReservationTrapsInDebug() async {
    await #expect(processExitsWith: .failure) {
      var admission = Admission()
      let verdict = admission.reserve(
        Ask(input: TokenCount(1), output: TokenCount(1)), at: WallTime(milliseconds: 0)
      ) { _ in nil }
      _ = consume verdict
    }
  }
}
