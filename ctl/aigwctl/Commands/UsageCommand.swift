// UsageCommand: sums of receipts: who used how much of what.

import ArgumentParser
import Exchange
import JSON

struct UsageCommand: Inquiry {
  static let configuration = CommandConfiguration(
    commandName: "usage", abstract: "Who used how much, from the receipts.",
    discussion:
      "Times are UTC. Costs of calls without a known price are not in the sum; their number is shown beside it.")
  static let method = "GetUsage"
  static let keys = [
    "user", "team", "tenant", "pod", "model", "backend", "providerModel", "payer", "sidecar", "state", "day", "hour",
  ]

  @OptionGroup var options: GlobalOptions

  @Option(
    help: ArgumentHelp("What the sums are for: \(Self.keys.joined(separator: ", ")).", valueName: "names"),
    completion: .list(Self.keys))
  var by = "model"

  @Option(help: ArgumentHelp("From when on: 24h, 7d, 2026-11-21, or 2026-11-21T08:00:00Z.", valueName: "time"))
  var since = "24h"

  @Option(help: ArgumentHelp("Until when, in the same notation; until now by default.", valueName: "time"))
  var until: String?

  var names: [String] { by.listed }

  func validate() throws {
    for name in names where !Self.keys.contains(name) {
      throw NotationError("--by \(name.quoted) is unknown; choose from \(Self.keys.joined(separator: ", "))")
    }
    let now = WallTime(milliseconds: 0)
    _ = try TimeNotation.time(since, now: now)
    if let until { _ = try TimeNotation.time(until, now: now) }
  }

  func parameters(now: WallTime) throws(Failure) -> [(name: String, value: JSONValue)] {
    do throws(NotationError) {
      let start = try TimeNotation.time(since, now: now)
      var parameters: [(name: String, value: JSONValue)] = [
        ("by", .array(names.map { .string($0) })), ("since", .integer(start.milliseconds)),
      ]
      if let until {
        let end = try TimeNotation.time(until, now: now)
        if end < start { throw NotationError("--until is earlier than --since") }
        parameters.append(("until", .integer(end.milliseconds)))
      }
      return parameters
    } catch { throw Failure(error) }
  }

  private static let sums = [
    "requests", "refused", "failed", "inputTokens", "cachedInputTokens", "outputTokens", "reasoningTokens",
    "totalTokens",
  ]

  func shown(_ reply: JSONValue, _ view: View) -> String {
    var table = Table(
      names.map { .text($0.uppercased()) } + [
        .number("CALLS"), .number("REFUSED"), .number("FAILED"), .number("INPUT"), .wideNumber("CACHED"),
        .number("OUTPUT"), .wideNumber("REASONING"), .number("TOTAL"), .number("COST"),
      ], empty: "No receipts in that time.")
    let rows = reply.list("rows")
    for row in rows {
      // One cell a name, whatever the reply holds.
      let keys = row.list("keys")
      let cells = names.indices.map { place in
        Cell(keys.indices.contains(place) ? keys[place].string.map { $0.isEmpty ? "-" : $0 } : nil)
      }
      table.add(cells + Self.figures(view) { row.number($0) })
    }
    if rows.count > 1, !names.isEmpty {
      let sum = { (name: String) in rows.reduce(0) { saturatingSum($0, $1.number(name)) } }
      table.add([Cell("all", .heading)] + names.dropFirst().map { _ in "" } + Self.figures(view, sum))
    }
    return view.text(table)
  }

  private static func figures(_ view: View, _ number: (String) -> Int64) -> [Cell] {
    let (cost, unpriced) = (number("cost"), number("unpriced"))
    let money = Figures.amount(cost, of: .dollars, isExact: view.isWide)
    return sums.map { name in
      let figure = Figures.amount(number(name), of: .counted(""), isExact: view.isWide)
      return Cell(figure, name == "refused" && number(name) > 0 ? .warning : .plain)
    } + [Cell(unpriced > 0 ? "\(money) + \(Figures.short(unpriced)) unpriced" : money)]
  }
}
