import Testing

@testable import Policy

@Suite struct BudgetLimitTests {
  typealias Limit = Policy.BudgetLimit

  private func limit(_ text: String) throws -> Limit {
    try policy("backends: {a: {provider: groq, auth: {env: K}}}\nbudgets: {b: {limit: \(text)}}").budgets[0].limit
  }

  private static let limits: [(String, Int64, Limit.Meter, Limit.Period)] = [
    ("50000 tokens/hour", 50_000, .totalTokens, .hour), ("10M tokens/day", 10_000_000, .totalTokens, .day),
    ("2k input tokens/week", 2_000, .inputTokens, .week),
    ("1G output tokens/month", 1_000_000_000, .outputTokens, .month), ("5 total tokens/hour", 5, .totalTokens, .hour),
    ("6 cached input tokens/day", 6, .cachedInputTokens, .day), ("7 reasoning tokens/day", 7, .reasoningTokens, .day),
    ("8 cache creation input tokens/day", 8, .cacheCreationInputTokens, .day),
    ("100 requests/day", 100, .requests, .day), ("1  request / day", 1, .requests, .day),
    ("1 token/hour", 1, .totalTokens, .hour), ("1000000G tokens/day", 1_000_000_000_000_000, .totalTokens, .day),
    ("1k tokens/12h", 1_000, .totalTokens, .duration(milliseconds: 43_200_000)),
    ("1k tokens/30m", 1_000, .totalTokens, .duration(milliseconds: 1_800_000)),
    ("1k requests/7d", 1_000, .requests, .duration(milliseconds: 604_800_000)),
    ("$100/day", 100_000_000_000, .usd, .day), ("$0.50/hour", 500_000_000, .usd, .hour),
    ("$1.5k/month", 1_500_000_000_000, .usd, .month), ("$0.000000001/day", 1, .usd, .day),
    ("$2M/month", 2_000_000_000_000_000, .usd, .month),
    ("$0.10/1d", 100_000_000, .usd, .duration(milliseconds: 86_400_000)),
    ("{amount: 50000, unit: totalTokens, per: hour}", 50_000, .totalTokens, .hour),
    (
      "{amount: 50k, unit: cachedInputTokens, per: 12h}", 50_000, .cachedInputTokens,
      .duration(milliseconds: 43_200_000)
    ),
    ("{amount: 0.5, unit: usd, per: day}", 500_000_000, .usd, .day),
    ("{amount: $2k, unit: usd, per: day}", 2_000_000_000_000, .usd, .day),
    (
      "{amount: 10, cel: \"input_tokens + output_tokens * uint(3)\", per: day}", 10,
      .expression("input_tokens + output_tokens * uint(3)"), .day
    ),
  ]

  @Test(arguments: limits)
  func `a limit says how much of what in which period`(
    text: String, amount: Int64, meter: Limit.Meter, period: Limit.Period
  ) throws {
    let limit = try limit(text)
    #expect(limit.amount == amount)
    #expect(limit.meter == meter)
    #expect(limit.period == period)
    #expect(limit.shape == .fixedWindow)
  }

  @Test(
    arguments: [
      ("60 requests/minute", 60), ("60 requests/minute, burst: 7", 7), ("10k tokens/second, burst: 3k", 3_000),
      ("1k tokens/hour, burst: 100", 100), ("$1/minute, burst: $0.25", 250_000_000),
      ("$1/minute, burst: 2", 2_000_000_000),
      ("$1/minute", 1_000_000_000),
    ] as [(String, Int64)])
  func `seconds, minutes and hours with a burst are token buckets`(text: String, burst: Int64) throws {
    #expect(try limit(text).shape == .tokenBucket(burst: burst))
  }

  /// What is said of several texts, each of which is quoted at the end.
  private static let quoting: [(String, [String])] = [
    (
      "must be like 50000 tokens/hour, $100/day or 60 requests/minute, and is ",
      [
        "", "lots", "50000", "tokens/hour", "50000 tokens per hour", "1 tokens/hour/day", "+5 tokens/hour", "/hour",
        "$100",
      ]
    ),
    ("must be at least 1, and is ", ["0 tokens/hour", "0k tokens/hour", "-5 tokens/hour"]),
    ("must be a whole number: write 1500k for 1.5M; it is ", ["1.5M tokens/day"]),
    (
      "must have a plain number, or one with k, M or G right after it, and is ",
      ["1_000 tokens/day", "1,000 tokens/day", "10K tokens/day"]
    ),
    (
      "must count tokens, input tokens, cached input tokens, cache creation input tokens, output tokens, reasoning "
        + "tokens, total tokens or requests, and is ", ["10 M tokens/day", "10 words/day", "10/day"]
    ),
    (
      "must be dollars such as $100/day, $0.50/minute or $1.5k/month, and is ",
      ["$/day", "$.5/day", "$1e3/day", "$1,000/day", "$10K/day"]
    ),
    ("must be more than nothing, and is ", ["$0/day", "$-1/day", "$0.0k/day"]),
    ("counts dollars, so no unit stands before the slash; it is ", ["$5 tokens/day"]),
    ("counts billionths of a dollar and can be no finer; it is ", ["$0.0000000001/day"]),
  ]

  private static func refused(_ text: String) -> [String] { complaints(then: "budgets:\n  b: {limit: \"\(text)\"}") }

  @Test(arguments: quoting)
  func `a limit that says nothing sensible is refused and repeated`(reason: String, texts: [String]) {
    for text in texts {
      #expect(Self.refused(text) == ["aigw.yaml:4:14: budgets.b.limit: \(reason)\"\(text)\""])
    }
  }

  private static let others: [(String, String)] = [
    ("10 tokens/Day", "has an unknown period, \"Day\"; did you mean day?"),
    (
      "10 tokens/fortnight",
      "has an unknown period, \"fortnight\"; it may be second, minute, hour, day, week, month or a duration such as 12h"
    ),
    (
      "10 tokens/",
      "has an unknown period, \"\"; it may be second, minute, hour, day, week, month or a duration such as 12h"
    ),
    ("10 tokens/59s", "has a period of \"59s\"; write one of 1m to 366d"),
    ("10 tokens/367d", "has a period of \"367d\"; write one of 1m to 366d"),
    ("10 tokens/0h", "has a period of \"0h\"; write one of 1m to 366d"),
    ("1000001G tokens/day", tooMuch), ("9223372036854775807G tokens/day", tooMuch),
    ("99999999999999999999 tokens/day", tooMuch), ("$101M/day", tooMuchMoney),
    ("$99999999999999999999999/day", tooMuchMoney),
  ]
  private static let tooMuch = "is more than 1000000000000000, which is no limit; leave the budget out, or write less"
  private static let tooMuchMoney = "is more than $100M, which is no limit; leave the budget out, or write less"

  @Test(arguments: others)
  func `a limit that cannot be kept is refused`(text: String, expected: String) {
    #expect(Self.refused(text) == ["aigw.yaml:4:14: budgets.b.limit: " + expected])
  }

  @Test(arguments: [
    (
      "{}",
      [
        "14: budgets.b.limit: does not say what is counted; add unit: one of inputTokens, cachedInputTokens, "
          + "cacheCreationInputTokens, outputTokens, reasoningTokens, totalTokens, requests, usd, or cel or weights",
        "14: budgets.b.limit: has no amount; write how much, as in amount: 50000",
        "14: budgets.b.limit: has no per; write in which time, as in per: hour",
      ]
    ),
    (
      "{amount: 0, unit: tokens, per: hours}",
      [
        "23: budgets.b.limit.amount: must be at least 1, and is \"0\"",
        "32: budgets.b.limit.unit: is not a unit, \"tokens\"; they are inputTokens, cachedInputTokens, "
          + "cacheCreationInputTokens, outputTokens, reasoningTokens, totalTokens, requests, usd",
        "45: budgets.b.limit.per: has an unknown period, \"hours\"; did you mean hour?",
      ]
    ),
    (
      "{amount: 1.5, unit: requests, per: day}",
      ["23: budgets.b.limit.amount: must be a whole number: write 1500k for 1.5M; it is \"1.5\""]
    ),
    ("{amount: -1, unit: usd, per: day}", ["23: budgets.b.limit.amount: must be more than nothing, and is \"-1\""]),
    (
      "{amount: 5, unit: requets, per: day}",
      ["32: budgets.b.limit.unit: is not a unit, \"requets\"; did you mean requests?"]
    ),
    (
      "{amount: 5, unit: requests, cel: \"1\", per: day}",
      ["14: budgets.b.limit: has more than one of unit, cel and weights; keep one"]
    ),
    ("{amount: 5, cel: \"\", per: day}", ["31: budgets.b.limit.cel: must be an expression of 1 to 4096 bytes"]),
    (
      "{amount: 5, cel: \"1\", multiplier: 2, per: day}",
      ["48: budgets.b.limit.multiplier: stands beside unit or weights; write the factor into cel"]
    ),
    (
      "{amount: 5, unit: usd, multiplier: 2, per: day}",
      ["49: budgets.b.limit.multiplier: multiplies tokens and requests; a dollar is a dollar"]
    ),
    ("[1]", ["14: budgets.b.limit: must be text such as 50000 tokens/hour or $100/day, and is a list"]),
    ("100", ["14: budgets.b.limit: must be text such as 50000 tokens/hour or $100/day, and is a number"]),
    (
      "5 tokens/day, burst: 10",
      ["35: budgets.b.burst: belongs to limits per second, minute or hour; a limit per day may be spent at once"]
    ),
    (
      "5 tokens/12h, burst: 10",
      ["35: budgets.b.burst: belongs to limits per second, minute or hour; a limit per 12h may be spent at once"]
    ),
    ("5 tokens/minute, burst: 0", ["38: budgets.b.burst: must be at least 1, and is \"0\""]),
    (
      "5 tokens/minute, burst: 1.5",
      ["38: budgets.b.burst: must be a whole number: write 1500k for 1.5M; it is \"1.5\""]
    ),
    ("5 tokens/minute, burst: [1]", ["38: budgets.b.burst: must be a number such as 20000 or 20k, and is a list"]),
  ])
  func `the faults of a limit are told where they stand`(limit: String, expected: [String]) {
    #expect(complaints(then: "budgets:\n  b: {limit: \(limit)}") == expected.map { "aigw.yaml:4:" + $0 })
  }
}
