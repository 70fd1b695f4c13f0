// BudgetsCommand: every account of every budget: limit, used, reserved, left.

import ArgumentParser
import Exchange
import JSON

struct BudgetsCommand: Inquiry {
  static let configuration = CommandConfiguration(
    commandName: "budgets", abstract: "What may be spent, what has been, and when there is more.", aliases: ["budget"])
  static let method = "GetBudgets"

  @OptionGroup var options: GlobalOptions

  @Argument(help: "Only this budget.", completion: .custom { words, _, _ in KnownNames.budgets(words) })
  var name: String?

  func parameters(now: WallTime) throws(Failure) -> [(name: String, value: JSONValue)] {
    name.map { [("name", .string($0))] } ?? []
  }

  func shown(_ reply: JSONValue, _ view: View) -> String {
    var table = Table(
      [
        .text("NAME"), .text("SCOPE"), .text("LIMIT"), .number("USED"), .number("RESERVED"), .number("LEFT"),
        .text("RESETS"), .wideText("RESETS AT"), .wideText("COUNTS"),
      ], empty: "No budgets: nothing is limited. Make one with: aigwctl set-budget everyone --tokens 10M/day")
    for budget in reply.list("budgets") {
      let unit = Unit(budget.text("unit") ?? "")
      func amount(_ name: String, _ mood: Mood = .plain) -> Cell {
        Cell(Figures.amount(budget.number(name), of: unit, isExact: view.isWide), mood)
      }
      let period = budget.text("period") ?? ""
      let limit = Figures.limit(budget.number("limit"), of: unit, per: period, isExact: view.isWide)
      let scope = budget.text("scope") ?? ""
      table.add([
        Cell(budget.text("name")), Cell(scope.isEmpty ? "all calls" : scope),
        Cell(limit + (budget.flag("shadow") ? " (shadow)" : "")), amount("used"), amount("reserved"),
        amount("left", Self.mood(left: budget.number("left"), of: budget.number("limit"))),
        Cell(Moments.until(budget.time("resetsAt"), from: view.now).map { "in \($0)" }),
        Cell(Moments.text(budget.time("resetsAt"))), Cell(budget.text("cost")),
      ])
    }
    return view.text(table)
  }

  /// Red when nothing is left, yellow below a fifth.
  private static func mood(left: Int64, of limit: Int64) -> Mood {
    left <= 0 ? .bad : left < limit / 5 ? .warning : .plain
  }
}
