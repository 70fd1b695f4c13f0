import Testing

@testable import Policy

@Suite struct BudgetTests {
  typealias Limit = Policy.BudgetLimit

  @Test(arguments: [
    ("50000 tokens/hour", 50_000, Limit.Meter.totalTokens, Limit.Period.hour),
    ("10M tokens/day", 10_000_000, .totalTokens, .day), ("2k input tokens/week", 2_000, .inputTokens, .week),
    ("1G output tokens/month", 1_000_000_000, .outputTokens, .month), ("5 total tokens/hour", 5, .totalTokens, .hour),
    ("100 requests/day", 100, .requests, .day), ("1  request / day", 1, .requests, .day),
    ("1 token/hour", 1, .totalTokens, .hour),
    ("1000000G tokens/day", 1_000_000_000_000_000, .totalTokens, .day),
  ])
  func `a calendar limit says how much of what in which period`(
    text: String, amount: Int64, meter: Limit.Meter, period: Limit.Period
  ) throws {
    let limit = try Limit(parsing: text)
    #expect(limit.amount == amount)
    #expect(limit.meter == meter)
    #expect(limit.period == period)
    #expect(limit.shape == .calendarWindow)
  }

  @Test func `seconds and minutes are token buckets that hold one limit unless told otherwise`() throws {
    #expect(try Limit(parsing: "60 requests/minute").shape == .tokenBucket(burst: 60))
    #expect(try Limit(parsing: "10k tokens/second", burst: 7).shape == .tokenBucket(burst: 7))
  }

  private static let form = "must be like 50000 tokens/hour, 10M input tokens/day or 60 requests/minute, and is "

  @Test(arguments: [
    ("", form + "\"\""), ("lots", form + "\"lots\""), ("50000", form + "\"50000\""),
    ("tokens/hour", form + "\"tokens/hour\""),
    ("50000 tokens per hour", form + "\"50000 tokens per hour\""),
    ("1 tokens/hour/day", form + "\"1 tokens/hour/day\""),
    ("+5 tokens/hour", form + "\"+5 tokens/hour\""), ("/hour", form + "\"/hour\""),
    ("$100/day", "is a dollar budget, which needs prices and is not in this version; limit tokens or requests"),
    ("0 tokens/hour", "must be at least 1, and is \"0 tokens/hour\""),
    ("0k tokens/hour", "must be at least 1, and is \"0k tokens/hour\""),
    ("-5 tokens/hour", "must be at least 1, and is \"-5 tokens/hour\""),
    ("1.5M tokens/day", "must be a whole number: write 1500k for 1.5M; it is \"1.5M tokens/day\""),
    ("1_000 tokens/day", "must have a plain number, or one with k, M or G right after it, and is \"1_000 tokens/day\""),
    ("1,000 tokens/day", "must have a plain number, or one with k, M or G right after it, and is \"1,000 tokens/day\""),
    ("10K tokens/day", "must have a plain number, or one with k, M or G right after it, and is \"10K tokens/day\""),
    (
      "10 M tokens/day",
      "must count tokens, input tokens, output tokens, total tokens or requests, and is \"10 M tokens/day\""
    ),
    (
      "10 words/day",
      "must count tokens, input tokens, output tokens, total tokens or requests, and is \"10 words/day\""
    ),
    ("10/day", "must count tokens, input tokens, output tokens, total tokens or requests, and is \"10/day\""),
    ("10 tokens/Day", "has an unknown period after /, \"Day\"; did you mean day?"),
    (
      "10 tokens/fortnight",
      "has an unknown period after /, \"fortnight\"; it may be second, minute, hour, day, week, month"
    ),
    ("10 tokens/", "has an unknown period after /, \"\"; it may be second, minute, hour, day, week, month"),
    ("1000001G tokens/day", "is more than 1000000000000000, which is no limit; leave the budget out, or write less"),
    (
      "9223372036854775807G tokens/day",
      "is more than 1000000000000000, which is no limit; leave the budget out, or write less"
    ),
    (
      "99999999999999999999 tokens/day",
      "is more than 1000000000000000, which is no limit; leave the budget out, or write less"
    ),
  ])
  func `a limit that cannot be kept is refused`(text: String, expected: String) {
    var reason = "accepted"
    do { _ = try Limit(parsing: text) } catch { reason = error.reason }
    #expect(reason == expected)
  }

  @Test(arguments: [
    ("{}", ["4:6: budgets.b: has no limit; write how much may be spent, as in limit: 50000 tokens/hour"]),
    ("{limit: 100}", ["4:14: budgets.b.limit: must be text such as 50000 tokens/hour, and is a number"]),
    (
      "{limit: 5 tokens/day, burst: 10}",
      ["4:35: budgets.b.burst: belongs to limits per second or minute; a limit per day may be spent at once"]
    ),
    ("{limit: 5 tokens/minute, burst: 0}", ["4:38: budgets.b.burst: must be at least 1, and is \"0\""]),
    (
      "{limit: 5 tokens/minute, burst: 1.5}",
      ["4:38: budgets.b.burst: must be a whole number: write 1500k for 1.5M; it is \"1.5\""]
    ),
    (
      "{limit: 5 tokens/minute, burst: [1]}",
      ["4:38: budgets.b.burst: must be a number such as 20000 or 20k, and is a list"]
    ),
    ("{limit: 5 tokens/day, timezone: UTC}", []),
    ("{limit: 5 tokens/day, per: [model, model]}", ["4:41: budgets.b.per[1]: is written twice, \"model\"; keep one"]),
    (
      "{limit: 5 tokens/day, per: [header:X-A, header:x-a]}",
      ["4:46: budgets.b.per[1]: is written twice, \"header:x-a\"; keep one"]
    ),
    (
      "{limit: 5 tokens/day, per: [team, user], match: {user: alice, team: eng-*}}",
      ["4:33: budgets.b.per: splits by user, of which match leaves one value; keep one of the two"]
    ),
    (
      "{limit: 5 tokens/day, per: header:x-a, match: {\"header:X-A\": {present: false}}}",
      ["4:33: budgets.b.per: splits by header:x-a, of which match leaves one value; keep one of the two"]
    ),
    ("{limit: 5 tokens/day, per: user, match: {user: {present: true}}}", []),
  ])
  func `a budget's faults are told where they stand`(budget: String, expected: [String]) {
    #expect(complaints(then: "budgets:\n  b: \(budget)") == expected.map { "aigw.yaml:" + $0 })
  }
}
