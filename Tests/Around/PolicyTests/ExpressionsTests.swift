import CEL
import Exchange
import Testing

@testable import Policy

@Suite struct ExpressionsTests {
  private static let head =
    "backends: {a: {provider: groq, auth: {env: K}}}\nmodels: {gpt-4o: {chain: [{backend: a}]}}\n"

  @Test(arguments: [
    ("output_token", "line 1, column 1: output_token is not a variable; did you mean output_tokens?"),
    ("input_tokens +", "line 1, column 15: "),
    ("1.5", "line 1, column 1: the cost must be an int or a uint, and is double"),
    ("0 - int(output_tokens)", "line 1, column 1: with "),
    ("model == 'gpt-4o' ? -1 : 1", "line 1, column 1: with model gpt-4o"),
    ("'\\u001b[2J'", "line 1, column 1: the cost must be"), ("(((", "line 1, column "),
  ])
  func `a cost that does not count is refused when the policy is loaded`(expression: String, expected: String) {
    let lines = complaints(Self.head + "budgets: {b: {limit: {amount: 5, per: day, cel: \"\(expression)\"}}}")
    #expect(lines.count == 1)
    #expect(
      lines.allSatisfy { $0.hasPrefix("aigw.yaml:3:49: budgets.b.limit.cel: is no valid expression, at " + expected) })
  }

  @Test func `a control character in an expression does not reach the terminal`() {
    let lines = complaints(Self.head + "budgets: {b: {limit: {amount: 5, per: day, cel: \"\\u001b[2J\\u202e\"}}}")
    #expect(lines.count == 1)
    #expect(lines.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value < 127 } })
  }

  private func chain(_ condition: String) -> String {
    """
    backends: {a: {provider: groq, auth: {env: K}}}
    models: {m: {chain: [{backend: a, when: '\(condition)'}]}}
    budgets: {cap: {limit: $5/day}, per-user: {limit: $1/day, per: user}, remaining: {limit: $2/day}}
    """
  }

  @Test(
    arguments: [
      ("budget.remaining > 0.5", []), ("budget.cap.remaining > 0.2 && hour < 18", ["cap"]),
      ("budget[\"per-user\"].remaining > 0.5 || headers[\"x-tier\"] == \"gold\"", ["per-user"]),
      ("budget.remaining.remaining > 0.5", ["remaining"]), ("model.startsWith(\"gpt-\")", []),
    ] as [(String, Set<String>)])
  func `a condition sees what is left, headers, the model and the hour`(condition: String, asked: Set<String>) throws {
    let policy = try policy(chain(condition))
    #expect(policy.models[0].chain[0].condition == condition)
    #expect(Set(policy.conditionBudgets.map(\.text)) == asked)
    // Whoever evaluates it declares only what it asks about.
    let variables = ConditionVariables(budgets: Array(policy.conditionBudgets))
    _ = try Expression(condition, variables.environment, result: .bool)
  }

  @Test(arguments: [
    ("budget.remaining", "the expression is double, and must be bool"),
    ("budget.cup.remaining > 0.5", "budget.cup is not a variable; the variables are"),
    ("user == \"x\"", "user is not a variable"),
  ])
  func `a condition that does not decide is refused when the policy is loaded`(condition: String, words: String) {
    let lines = complaints(chain(condition))
    #expect(lines.count == 1)
    #expect(
      lines.allSatisfy {
        $0.hasPrefix("aigw.yaml:2:41: models.m.chain[0].when: is no valid expression, at line 1, column ")
          && $0.contains(words)
      })
  }

  @Test func `a policy has a bounded number of different expressions, and any number of the same`() {
    func budgets(_ expression: (Int) -> String) -> String {
      (0..<300).map { "  b\($0): {limit: {amount: 5, per: day, cel: \"\(expression($0))\"}}\n" }.joined()
    }
    #expect(complaints(Self.head + "budgets:\n" + budgets { _ in "input_tokens" }) == [])
    let lines = complaints(Self.head + "budgets:\n" + budgets { "input_tokens + \($0)u" })
    #expect(lines.count == 44)
    #expect(
      lines.first
        == "aigw.yaml:260:44: budgets.b256.limit.cel: is one more than the 256 different expressions a policy may have")
  }
}
