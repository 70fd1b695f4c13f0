// BackendsCommand: the ways to reach providers, and which of them take calls.

import ArgumentParser
import JSON

struct BackendsCommand: Inquiry {
  static let configuration = CommandConfiguration(
    commandName: "backends", abstract: "The backends, and which of them take calls.", aliases: ["backend"])
  static let method = "GetBackends"

  @OptionGroup var options: GlobalOptions

  func shown(_ reply: JSONValue, _ view: View) -> String {
    var table = Table(
      [
        .text("NAME"), .text("PROVIDER"), .text("STATE"), .number("CALLS"), .number("FAILURES"), .wideText("URL"),
      ], empty: "The policy has no backends.")
    for backend in reply.list("backends") {
      table.add([
        Cell(backend.text("name")), Cell(backend.text("provider")), Self.state(of: backend),
        Cell(Figures.short(backend.number("calls"))), Cell(Figures.short(backend.number("failures"))),
        Cell(backend.text("baseURL")),
      ])
    }
    return view.text(table)
  }

  /// Drained by a person, else as its circuit stands.
  static func state(of backend: JSONValue) -> Cell {
    if backend.flag("drained") { return Cell("drained", .warning) }
    return switch backend.text("circuit") {
    case "closed": Cell("active", .good)
    case "open": Cell("circuit open", .bad)
    case "halfOpen": Cell("circuit half-open", .warning)
    case let other: Cell(other)
    }
  }
}
