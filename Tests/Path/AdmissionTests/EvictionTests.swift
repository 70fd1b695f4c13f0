import Exchange
import Meters
import Testing

@testable import Admission

@Suite struct EvictionTests {
  private let user = BudgetRule.Dimension.header("x-user-id")

  private func spendOnce(_ house: House, users: Range<Int>) throws {
    for number in users {
      house.settle(try #require(house.reserve(1, 1, user: "u\(number)").call), 1, 1)
    }
  }

  @Test func aKeyThatMadeRoomForOthersFindsItsSpendAgain() throws {
    let house = House([.window(5, name: "each", .requests, .hour, per: [user])])
    let keys = MeterLimits.keysPerBudgetMax
    for _ in 0..<3 { try spendOnce(house, users: 0..<1) }
    try spendOnce(house, users: 1..<(keys + 500))
    house.tick()
    #expect(house.lookUps == 0)
    // Every one of them has its spend, wherever it was kept.
    for _ in 0..<2 { try spendOnce(house, users: 0..<1) }
    #expect(house.reserve(1, 1, user: "u0").refusal?.cause == .spent)
    for number in stride(from: 1, to: keys, by: 9_973) {
      for _ in 0..<4 { house.settle(try #require(house.reserve(1, 1, user: "u\(number)").call), 1, 1) }
      #expect(house.reserve(1, 1, user: "u\(number)").refusal?.cause == .spent)
    }
    #expect(house.lookUps > 0)
  }

  @Test func aNewKeyIsNotLookedUpAndNothingIsOnceTheWindowHasEnded() throws {
    let house = House([.window(5, name: "each", .requests, .hour, per: [user])])
    try spendOnce(house, users: 0..<(MeterLimits.keysPerBudgetMax + 100))
    try spendOnce(house, users: 500_000..<500_010)
    #expect(house.lookUps == 0)
    house.now.milliseconds += 2 * 3_600_000
    try spendOnce(house, users: 0..<200)
    #expect(house.lookUps == 0)
    #expect(house.used("each", user: "u0") == 1)
  }

  @Test func aKeyWhoseMarkIsStillOnItsWayIsNotReadFromAnOlderOne() throws {
    let house = House([.window(5, name: "each", .requests, .hour, per: [user])])
    try spendOnce(house, users: 0..<MeterLimits.keysPerBudgetMax)
    // One more evicts some; their marks have not been written, and the ledger knows only of leases.
    try spendOnce(house, users: 900_000..<900_001)
    for number in 0..<200 {
      for _ in 0..<4 { house.settle(try #require(house.reserve(1, 1, user: "u\(number)").call), 1, 1) }
      #expect(house.reserve(1, 1, user: "u\(number)").refusal != nil)
    }
  }

  @Test func aRestartWithMoreKeysThanMemoryForgetsNone() throws {
    let house = House([.window(5, name: "each", .requests, .hour, per: [user])])
    try spendOnce(house, users: 0..<(MeterLimits.keysPerBudgetMax + 300))
    house.stopOrderly()
    for number in stride(from: 0, to: MeterLimits.keysPerBudgetMax + 300, by: 7_919) {
      for _ in 0..<4 { house.settle(try #require(house.reserve(1, 1, user: "u\(number)").call), 1, 1) }
      #expect(house.reserve(1, 1, user: "u\(number)").refusal?.cause == .spent)
    }
  }

  @Test func tenThousandBudgetsOfTenThousandUsersAreToldApart() throws {
    let rules = (0..<10_000).map { number in
      BudgetRule.window(2, name: "b\(number)", .requests, match: [.init(.model, "gpt-4o"), .init(user, "u\(number)")])
    }
    let house = House(rules + [.window(1_000_000, name: "all", .requests)])
    for number in stride(from: 0, to: 10_000, by: 997) {
      for _ in 0..<2 { house.settle(try #require(house.reserve(1, 1, user: "u\(number)").call), 1, 1) }
      #expect(house.reserve(1, 1, user: "u\(number)").refusal?.budget.text == "b\(number)")
    }
    house.settle(try #require(house.reserve(1, 1, user: "u0", model: "other").call), 1, 1)
    house.settle(try #require(house.reserve(1, 1).call), 1, 1)
  }
}
