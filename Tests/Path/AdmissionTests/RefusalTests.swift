import Exchange
import Meters
import Testing

@testable import Admission

@Suite struct RefusalTests {
  @Test func aFullWindowSaysWhatIsUsedAndWhenItIsWholeAgain() throws {
    let house = House([.window(50_000, name: "per-user", .totalTokens, .hour, per: [.header("x-user-id")])])
    house.settle(try #require(house.reserve(0, 49_800, user: "alice").call), 0, 49_800)
    let refusal = try #require(house.reserve(44, 1000, floor: 256, user: "alice").refusal)
    #expect(
      refusal.message
        == "Budget per-user (header:x-user-id=alice) allows 50000 tokens per hour: 49800 used, 0 held by open calls, "
        + "300 needed for this one. It is whole again at 2026-03-01T11:00:00Z.")
    #expect(refusal.retryAfterMs == 3_600_000)
  }

  @Test func aCallLargerThanTheBudgetIsToldThatWaitingDoesNotHelp() throws {
    let house = House([.bucket(100, name: "rate", .outputTokens, .second, burst: 200), .window(10_000)])
    let refusal = try #require(house.reserve(0, 201).refusal)
    #expect(refusal.cause == .tooLarge)
    #expect(refusal.retryAfterMs == nil)
    #expect(
      refusal.message
        == "Budget rate allows 100 output tokens per second, 200 at once: 0 used, 0 held by open calls, 201 needed for "
        + "this one. It can never fit; send a smaller request or raise the budget.")
  }

  @Test func theBudgetThatTakesLongestIsTheOneNamed() throws {
    let house = House([
      .bucket(1, name: "second", .requests, .second, burst: 1), .window(1, name: "month", .requests, .month),
      .window(1, name: "day", .requests, .day),
    ])
    house.settle(try #require(house.reserve(1, 1).call), 1, 1)
    let refusal = try #require(house.reserve(1, 1).refusal)
    #expect(refusal.budget.text == "month")
    #expect(refusal.resetsAt.iso8601 == "2026-04-01T00:00:00Z")
  }
}
