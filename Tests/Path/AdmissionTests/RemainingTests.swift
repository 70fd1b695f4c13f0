import Exchange
import Meters
import Testing

@testable import Admission

@Suite struct RemainingTests {
  private let user = BudgetRule.Dimension.header("x-user-id")

  private func remaining(_ house: House, user: String? = nil, model: String = "gpt-4o") -> [String: Double] {
    let all = house.admission.remaining(at: house.now) { $0 == .model ? model : user }
    return Dictionary(uniqueKeysWithValues: all.map { ($0.budget.text, $0.fraction) })
  }

  @Test func whatIsSpentAndWhatIsHeldIsNotLeft() throws {
    let house = House([.window(1000)])
    #expect(remaining(house) == ["cap": 1])
    let call = try #require(house.reserve(0, 400).call)
    #expect(remaining(house) == ["cap": 0.6])
    house.settle(call, 0, 100)
    #expect(remaining(house) == ["cap": 0.9])
  }

  @Test func onlyTheBudgetsThatApplyAndOnlyTheCallersKeyCount() throws {
    let house = House([
      .window(100, name: "user", per: [user]), .window(1000, name: "mini", match: [.init(.model, "mini")]),
    ])
    house.settle(try #require(house.reserve(0, 75, user: "alice").call), 0, 75)
    #expect(remaining(house, user: "alice") == ["user": 0.25])
    #expect(remaining(house, user: "bob", model: "mini") == ["user": 1, "mini": 1])
  }

  @Test func onlyABudgetThatAppliesAndMayRefuseLimitsWhatCannotBeBounded() {
    func limiting(_ rules: [BudgetRule], evenRequests: Bool = false) -> String? {
      House(rules).admission.limiting(evenRequests: evenRequests) { $0 == .model ? "gpt-4o" : nil }?.text
    }
    let money = BudgetRule.window(100, name: "money", .usd)
    let calls = BudgetRule.window(100, name: "calls", .requests)
    #expect(limiting([calls, money]) == "money")
    #expect(limiting([calls]) == nil)
    #expect(limiting([calls], evenRequests: true) == "calls")
    #expect(limiting([.window(100, name: "mini", match: [.init(.model, "mini")])], evenRequests: true) == nil)
    for enforcement in [BudgetRule.Enforcement.shadow, .unlimited] {
      var counting = money
      counting.enforcement = enforcement
      #expect(limiting([counting], evenRequests: true) == nil)
    }
  }

  @Test func lookingOpensNoAccount() {
    let house = House([.window(100, name: "user", per: [user])])
    for number in 0..<50 { _ = remaining(house, user: "user-\(number)") }
    let readings = house.admission.readings(at: house.now)
    #expect(readings.isEmpty)
  }

  @Test func aBucketIsMeasuredByItsBurstAndFillsAgain() throws {
    let house = House([.bucket(60, burst: 600)])
    house.settle(try #require(house.reserve(0, 300).call), 0, 300)
    #expect(remaining(house) == ["rate": 0.5])
    house.now = WallTime(milliseconds: house.now.milliseconds + 60_000)
    #expect(remaining(house) == ["rate": 0.6])
  }

  @Test func aWindowThatHasEndedIsWhole() throws {
    let house = House([.window(1000)])
    house.settle(try #require(house.reserve(0, 900).call), 0, 900)
    house.now = WallTime(milliseconds: house.now.milliseconds + 86_400_000)
    #expect(remaining(house) == ["cap": 1])
  }

  @Test func moreThanEverythingSpentLeavesNothing() throws {
    let house = House([.window(100)])
    house.settle(try #require(house.reserve(0, 100).call), 0, 250)
    let left = house.admission.remaining(at: house.now) { _ in nil }
    #expect(left == [BudgetRemaining(budget: .init("cap"), left: 0, capacity: 100)])
  }

  @Test func aSharedBudgetIsWhatTheAuthoritySaidLast() {
    let now = WallTime(milliseconds: 1_772_359_200_000)
    var admission = Admission(rules: [.window(1000)], funding: .shared)
    let before = admission.remaining(at: now) { _ in nil }
    #expect(before.map(\.fraction) == [1])
    let ask = Ask(input: .zero, output: TokenCount(100), outputFloor: nil)
    var wishes: [LeaseWish] = []
    if case .needsCredit(let wanted) = admission.reserve(ask, at: now, value: { _ in nil }) { wishes = wanted }
    let grants = wishes.map {
      LeaseGrant(
        meter: $0.meter, serial: $0.serial, granted: 100, used: 500, reserved: 250, limit: 1000, resetsAt: now)
    }
    admission.granted(grants, for: wishes, at: now)
    let after = admission.remaining(at: now) { _ in nil }
    #expect(after.map(\.fraction) == [0.25])
  }

  @Test func theTightestBudgetsRefusalSaysWhenItIsWholeAgain() throws {
    let house = House([.window(1000)])
    let nothing = house.admission.refusal(by: .init("cap"), at: house.now) { _ in nil }
    #expect(nothing == nil)
    house.settle(try #require(house.reserve(0, 900).call), 0, 900)
    let found = house.admission.refusal(by: .init("cap"), at: house.now) { _ in nil }
    let refusal = try #require(found)
    #expect(refusal.cause == .spent && refusal.used == 900 && refusal.needed == 0)
    #expect(refusal.retryAfterMs == 50_400_000)
  }
}
