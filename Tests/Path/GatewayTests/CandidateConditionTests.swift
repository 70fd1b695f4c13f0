import Admission
import CEL
import Exchange
import Policy
import Testing

@testable import Gateway

@Suite struct CandidateConditionTests {
  private func answer(
    _ text: String, model: String? = "gpt-4o", hour: Int64 = 10, headers: [(key: String, value: String)] = [],
    _ remaining: [String: Int64] = [:]
  ) throws -> CandidateCondition.Answer {
    let condition = try CandidateCondition(
      text, ConditionVariables(budgets: ["team", "per-user"].map { BudgetName($0) }))
    return condition.answer(
      ConditionFacts(
        model: model.map { ModelName($0) }, now: WallTime(milliseconds: 1_772_323_200_000 + hour * 3_600_000),
        headers: { headers },
        remaining: {
          remaining.map { BudgetRemaining(budget: BudgetName($0.key), left: $0.value, capacity: 100) }
        }))
  }

  @Test func theTightestBudgetDecides() throws {
    #expect(try answer("budget.remaining > 0.5", ["team": 90, "per-user": 51]) == .holds)
    #expect(try answer("budget.remaining > 0.5", ["team": 90, "per-user": 50]) == .fails)
  }

  @Test func aCallWithoutBudgetsHasEverythingLeft() throws {
    #expect(try answer("budget.remaining == 1.0") == .holds)
  }

  @Test func aBudgetMayBeAskedAboutByName() throws {
    let both: [String: Int64] = ["team": 80, "per-user": 10]
    #expect(try answer("budget.team.remaining > 0.5", both) == .holds)
    #expect(try answer("budget[\"per-user\"].remaining > 0.5", both) == .fails)
    // A budget that does not apply to the call does not hold it back.
    #expect(try answer("budget.team.remaining > 0.5", ["per-user": 0]) == .holds)
  }

  @Test func headersModelAndHourMayDecide() throws {
    #expect(try answer("headers[\"x-tier\"] == \"gold\"", headers: [("x-tier", "gold")]) == .holds)
    #expect(try answer("model.startsWith(\"gpt\")") == .holds)
    #expect(try answer("hour >= 22 || hour < 6", hour: 23) == .holds)
    #expect(try answer("hour >= 22 || hour < 6", hour: 6) == .fails)
  }

  @Test func whatIsNotThereHasNoValue() throws {
    let absent = try answer("headers[\"x-tier\"] == \"gold\"")
    #expect(
      absent == .cannotTell("line 1, column 8: the map has no key \"x-tier\"; test for it first with in or has()"))
    #expect(try answer("\"x-tier\" in headers && headers[\"x-tier\"] == \"gold\"") == .fails)
  }

  @Test func onlyWhatIsReadIsFoundOut() throws {
    let condition = try CandidateCondition("hour == 10", ConditionVariables(budgets: []))
    let answer = condition.answer(
      ConditionFacts(
        model: nil, now: WallTime(milliseconds: 36_000_000),
        headers: {
          Issue.record("the headers were read"); return []
        },
        remaining: {
          Issue.record("the budgets were read"); return []
        }))
    #expect(answer == .holds)
    #expect(!condition.readsBudgets)
  }

  @Test(arguments: [(0, 0), (3_599_999, 0), (3_600_000, 1), (86_399_999, 23), (86_400_000, 0), (-1, 23)])
  func theHourIsThatOfUTC(_ milliseconds: Int64, _ hour: Int64) {
    #expect(WallTime(milliseconds: milliseconds).hourOfDay == hour)
  }
}
