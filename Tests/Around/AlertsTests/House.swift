// House: a policy with alerts, and readings of its accounts at given moments of 2026-11-20.

import Exchange
import Meters
import Policy

@testable import Alerts

/// 2026-11-20T00:00:00Z.
let midnight: Int64 = 20_777 * 86_400_000
let day: Int64 = 86_400_000

func time(_ hours: Int64, _ minutes: Int64 = 0, _ seconds: Int64 = 0) -> WallTime {
  WallTime(milliseconds: midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000)
}

/// Budgets as the policy has them: `cap: {limit: 1000 tokens/day, alertAt: 0.8}`.
func budgets(_ text: String) throws -> [Policy.Budget] { try policy("budgets: {\(text)}").budgets }

func policy(_ section: String) throws -> Policy {
  let text = "backends: {a: {provider: groq, auth: {env: KEY}}}\n" + section
  return try Policy.load(bytes: text.utf8.span, file: "aigw.yaml")
}

/// The account of `user` in a daily budget, or of all.
func reading(
  _ used: Int64, of budget: String = "cap", user: String = "", limit: Int64 = 1000, at now: WallTime
) -> BudgetReading {
  let window = CalendarWindow(.day)
  let rule = BudgetRule(
    name: BudgetName(budget), unit: .totalTokens, limit: limit, shape: .calendarWindow(window),
    per: user.isEmpty ? [] : [.header("x-user-id")])
  return BudgetReading(rule, key: user, used: used, reserved: 0, resetsAt: window.bounds(containing: now).end)
}

/// A watch that tests can ask in the middle of an expectation.
final class House {
  private(set) var watch: AlertWatch

  init(_ text: String, told: [ToldAlerts] = []) throws {
    watch = AlertWatch(told: told)
    try replace(text)
  }

  func replace(_ text: String) throws { watch.replace(rules: try budgets(text)) }

  func look(_ readings: BudgetReading..., at now: WallTime) -> [Alert] { watch.look(at: readings, now: now) }

  /// What one look at one account tells: `cap 0.8`.
  func tells(_ used: Int64, of budget: String = "cap", user: String = "", at now: WallTime) -> [String] {
    look(reading(used, of: budget, user: user, at: now), at: now).map { "\($0.budget) \($0.threshold)" }
  }
}
