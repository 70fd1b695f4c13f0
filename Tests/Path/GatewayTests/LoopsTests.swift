import Exchange
import Policy
import TestSupport
import Testing

@testable import Gateway

@Suite struct LoopsTests {
  private func refusal(waitMs: Int64, payer: String = "user=alice") throws -> LoopRefusal {
    let text = "backends: {a: {provider: groq, auth: {env: KEY}}}\nloopBreaker: {repeats: 10, within: 5m}"
    let rule = try #require(try Policy.load(bytes: text.utf8.span, file: "aigw.yaml").loopBreaker)
    return LoopRefusal(rule: rule, payer: payer, waitMs: waitMs, isFirst: true)
  }

  @Test func `a refusal says what happened, to whom, and what to do`() throws {
    #expect(
      try refusal(waitMs: 599_001).message
        == "The same prompt came more than 10 times within 300 seconds from user=alice, which looks like a loop. It is "
        + "refused for 600 more seconds; other prompts pass.")
    #expect(
      try refusal(waitMs: 0, payer: "").message
        == "The same prompt came more than 10 times within 300 seconds, which looks like a loop. It is refused for 1 "
        + "more seconds; other prompts pass.")
  }

  @Test func `it stops the retries of SDKs`() throws {
    let rescue = Rescue(try refusal(waitMs: 1_500))
    #expect(rescue.status == 429)
    #expect(
      rescue.fields.map { "\($0.name): \($0.value)" } == [
        "x-should-retry: false", "retry-after: 2", "retry-after-ms: 1500",
      ])
  }

  @Test func `each dialect gets its own shape`() throws {
    let rescue = Rescue(try refusal(waitMs: 1_500))
    #expect(
      text(rescue.body(in: .openAI)).contains(#""type":"rate_limit_exceeded","param":null,"code":"loop_detected""#))
    #expect(text(rescue.body(in: .anthropic)).contains(#""type":"rate_limit_error""#))
    #expect(text(rescue.body(in: .gemini)).contains("RESOURCE_EXHAUSTED"))
  }
}
