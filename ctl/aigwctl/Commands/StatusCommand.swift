// StatusCommand: who answers at the socket, and how it is.

import ArgumentParser
import JSON

struct StatusCommand: Inquiry {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Who answers at the socket, and how it is.")
  static let method = "GetStatus"

  @OptionGroup var options: GlobalOptions

  func shown(_ reply: JSONValue, _ view: View) -> String {
    var table = Table(
      [.text("PROGRAM"), .text((reply.text("program") ?? "-") + " " + (reply.text("version") ?? ""))], empty: "")
    let uptime = Moments.since(reply.time("startedAt"), from: view.now) ?? "-"
    table.add(["running", Cell("for \(uptime), pid \(reply.number("pid"))")])
    table.add(["policy", Cell("generation \(reply.number("generation")) from \(reply.text("policySource") ?? "-")")])
    table.add(["sidecars", Cell(Figures.exact(reply.number("sidecars")))])
    table.add(["budgets", Cell(Figures.exact(reply.number("budgets")))])
    table.add(["receipts", Cell(Figures.exact(reply.number("receipts")))])
    for warning in reply.list("warnings") { table.add([Cell("warning", .warning), Cell(warning.string)]) }
    return view.text(table)
  }
}
