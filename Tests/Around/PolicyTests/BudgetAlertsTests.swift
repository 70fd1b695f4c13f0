import Testing

@testable import Policy

@Suite struct BudgetAlertsTests {
  private func alerts(_ fields: String) throws -> Policy.BudgetAlerts {
    try policy("backends: {a: {provider: groq, auth: {env: K}}}\nbudgets: {b: {limit: $5/day, \(fields)}}").budgets[0]
      .alerts
  }

  @Test func `thresholds are parts of the limit, in ascending order`() throws {
    #expect(try alerts("alertAt: 0.8").thresholds.map(\.millionths) == [800_000])
    #expect(
      try alerts("alertAt: [0.95, 0.5, 1, 0.000001]").thresholds.map(\.millionths) == [1, 500_000, 950_000, 1_000_000])
  }

  @Test func `a burn rate is a factor and a time`() throws {
    let burn = try #require(try alerts("burn: 3x over 10m").burn)
    #expect(burn.factor.millionths == 3_000_000)
    #expect(burn.overMs == 600_000)
    #expect(try alerts("burn: 1.5x  over 1h").burn?.factor.millionths == 1_500_000)
  }

  private static let share = "must be a part of the limit above 0 and up to 1, such as 0.8, and is "
  private static let burn = "must be like 3x over 10m: a factor above 1 and a time of at least a minute; it is "

  @Test(arguments: [
    ("alertAt: 0", "alertAt: " + share + "0"), ("alertAt: 1.1", "alertAt: " + share + "1.1"),
    ("alertAt: -0.5", "alertAt: " + share + "-0.5"), ("alertAt: 0.0000001", "alertAt: " + share + "0.0000001"),
    ("alertAt: 80%", "alertAt: " + share + "\"80%\""), ("alertAt: {}", "alertAt: " + share + "a mapping"),
    ("alertAt: [0.5, 1e0]", "alertAt[1]: " + share + "1e0"),
    ("alertAt: [0.5, 0.50]", "alertAt[1]: is written twice, 0.50; keep one"),
    ("alertAt: [1,1,1,1,1,1,1,1,1,1,1]", "alertAt: has 11 thresholds; it may have 10"),
    ("burn: 3x", "burn: " + burn + "\"3x\""), ("burn: 1x over 10m", "burn: " + burn + "\"1x over 10m\""),
    ("burn: 3 over 10m", "burn: " + burn + "\"3 over 10m\""),
    ("burn: -3x over 10m", "burn: " + burn + "\"-3x over 10m\""),
    ("burn: 3x over 59s", "burn: " + burn + "\"3x over 59s\""), ("burn: 3x in 10m", "burn: " + burn + "\"3x in 10m\""),
    ("burn: 99999999999999999999x over 10m", "burn: " + burn + "\"99999999999999999999x over 10m\""),
    ("burn: 3", "burn: must be text, and is a number; put it in quotes if it is meant"),
  ])
  func `an alert that would never or always speak is refused`(fields: String, expected: String) {
    let lines = complaints(then: "budgets:\n  b: {limit: $5/day, \(fields)}")
    #expect(lines.count == 1)
    #expect(lines.allSatisfy { $0.hasSuffix(": budgets.b." + expected) })
  }
}
