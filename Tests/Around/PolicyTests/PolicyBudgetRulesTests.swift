import Exchange
import Meters
import Testing

@testable import Policy

@Suite struct PolicyBudgetRulesTests {
  private func rules(_ budgets: String) throws -> [BudgetRule] {
    let models = "models: {gpt-4o: {chain: [{backend: a}]}}"
    return try policy("backends: {a: {provider: openai, auth: {env: KEY}}}\n\(models)\nbudgets:\n\(budgets)")
      .budgetRules(read: { _ in nil })
  }

  @Test func aBudgetBecomesTheRuleThatCountsIt() throws {
    let found = try rules(
      """
        per-user: {per: "header:x-user-id", match: {model: gpt-4o}, limit: 50000 tokens/hour}
        burst: {limit: 60 requests/minute, burst: 100}
      """)
    #expect(
      found == [
        BudgetRule(
          name: BudgetName("per-user"), unit: .totalTokens, limit: 50_000,
          shape: .calendarWindow(CalendarWindow(.hour)), per: [.header("x-user-id")],
          match: [.init(.model, "gpt-4o")]),
        BudgetRule(
          name: BudgetName("burst"), unit: .requests, limit: 60, shape: .tokenBucket(.minute, burst: 100)),
      ])
  }

  @Test func everyZoneThatCannotBeHadIsNamedAtOnce() {
    let error = #expect(throws: PolicyError.self) {
      _ = try rules(
        """
          mars: {limit: 5 tokens/day, timezone: Mars/Olympus}
          kept: {limit: 5 tokens/day, shadow: true}
          moon: {limit: 5 tokens/day, timezone: Moon/Tycho}
        """)
    }
    let advice = "is not in /usr/share/zoneinfo: correct its name, or install the package tzdata"
    #expect(
      error?.diagnostics.map(\.description) == [
        "policy: budgets.mars: the time zone Mars/Olympus \(advice)",
        "policy: budgets.moon: the time zone Moon/Tycho \(advice)",
      ])
  }
}
