import Dialects
import Exchange
import Meters
import Testing

@testable import Admission
@testable import Gateway

@Suite struct RateLimitFieldsTests {
  private let now = WallTime(milliseconds: 1_772_362_440_000)

  private func fields(
    _ unit: BudgetRule.Unit, _ dialect: Dialect, shape: BudgetRule.Shape = .calendarWindow(.init(.hour)),
    used: Int64 = 49_800
  ) -> [String] {
    let refusal = Refusal(
      budget: BudgetName("b"), cause: .spent, scope: [], unit: unit, limit: 50_000, shape: shape, used: used,
      reserved: 100, needed: 300, resetsAt: WallTime(milliseconds: 1_772_362_800_000), retryAfterMs: 360_000)
    return RateLimitFields.fields(of: refusal, in: dialect, at: now).map { "\($0.name): \($0.value)" }
  }

  @Test func openAIIsToldTheTimeUntilTheReset() {
    #expect(
      fields(.totalTokens, .openAI) == [
        "x-ratelimit-limit-tokens: 50000", "x-ratelimit-remaining-tokens: 100", "x-ratelimit-reset-tokens: 6m0s",
      ])
    #expect(
      fields(.requests, .openAI) == [
        "x-ratelimit-limit-requests: 50000", "x-ratelimit-remaining-requests: 100", "x-ratelimit-reset-requests: 6m0s",
      ])
  }

  @Test func anthropicIsToldTheTimeOfTheReset() {
    #expect(
      fields(.outputTokens, .anthropic) == [
        "anthropic-ratelimit-tokens-limit: 50000", "anthropic-ratelimit-tokens-remaining: 100",
        "anthropic-ratelimit-tokens-reset: 2026-03-01T11:00:00Z",
      ])
    #expect(fields(.requests, .anthropic)[0] == "anthropic-ratelimit-requests-limit: 50000")
  }

  @Test func geminiHasNoSuchFields() {
    #expect(fields(.totalTokens, .gemini) == [])
  }

  @Test func aBucketHasItsBurstAndNobodyHasLessThanNothing() {
    #expect(
      fields(.totalTokens, .openAI, shape: .tokenBucket(.minute, burst: 60_000))[1]
        == "x-ratelimit-remaining-tokens: 10100")
    #expect(fields(.totalTokens, .openAI, used: .max)[1] == "x-ratelimit-remaining-tokens: 0")
  }

  @Test(arguments: [
    (0, "0ms"), (17, "17ms"), (999, "999ms"), (1000, "1s"), (8640, "8.64s"), (59_999, "59.999s"), (60_000, "1m0s"),
    (86_400, "1m26.4s"), (360_000, "6m0s"), (3_600_000, "1h0m0s"), (86_400_000, "24h0m0s"), (3_661_005, "1h1m1.005s"),
  ])
  func aWaitIsWrittenAsOpenAIWritesIt(_ milliseconds: Int64, _ text: String) {
    #expect(RateLimitFields.duration(ofMs: milliseconds) == text)
  }
}
