import Meters
import Testing

@testable import Policy

@Suite struct SelectorTests {
  private func budget(_ fields: String) throws -> Policy.Budget {
    let head = "backends: {a: {provider: groq, auth: {env: K}}}\n"
    return try #require(policy(head + "budgets: {b: {limit: 5 requests/day, \(fields)}}").budgets.first)
  }

  @Test func `every dimension is kept under its own name, which meters have on record`() throws {
    let words = ["user", "team", "tenant", "pod", "namespace", "serviceAccount", "model", "backend", "path"]
    let budget = try budget("per: [\(words.joined(separator: ", ")), \"header:X-Job\"]")
    #expect(budget.per.map { BudgetRule.Dimension($0).description } == words + ["header:x-job"])
  }

  @Test func `every test of a condition is kept`() throws {
    let budget = try budget(
      """
      match: {user: alice, team: "eng-*", tenant: {regex: "^ac"}, pod: {present: true}, "header:x-a": {present: false}}
      """)
    #expect(
      budget.match.map { BudgetRule.Selector($0) } == [
        .init(.user, .equals("alice")), .init(.team, .startsWith("eng-")),
        .init(.pattern("^ac", of: .tenant), .isPresent(true)), .init(.pod, .isPresent(true)),
        .init(.header("x-a"), .isPresent(false)),
      ])
  }
}
