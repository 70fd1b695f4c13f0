// SidecarsCommand: the sidecars that are connected, and whether each has the newest policy in force.

import ArgumentParser
import JSON

struct SidecarsCommand: Inquiry {
  static let configuration = CommandConfiguration(
    commandName: "sidecars", abstract: "The sidecars, and which policy each has in force.", aliases: ["sidecar"])
  static let method = "GetSidecars"

  @OptionGroup var options: GlobalOptions

  func shown(_ reply: JSONValue, _ view: View) -> String {
    var table = Table(
      [
        .text("NAME"), .text("STATE"), .number("GENERATION"), .number("CALLS"), .number("OPEN"), .text("CONNECTED"),
        .number("MEMORY"), .wideText("VERSION"), .wideNumber("PID"), .wideNumber("UID"), .wideText("HOLDER"),
      ], empty: "No sidecar is connected. Start one with: aigw-sidecar --control unix:SOCKET")
    for sidecar in reply.list("sidecars") {
      let state = sidecar.text("state")
      let connected = Moments.since(sidecar.time("connectedAt"), from: view.now).map { "\($0) ago" }
      table.add([
        Cell(sidecar.text("name")), Cell(state, Self.mood(state)), Cell(String(sidecar.number("generation"))),
        Cell(Figures.short(sidecar.number("calls"))), Cell(Figures.short(sidecar.number("openCalls"))), Cell(connected),
        Cell("\(sidecar.number("residentBytes") >> 20) MiB"), Cell(sidecar.text("version")),
        Cell(String(sidecar.number("pid"))), Cell(String(sidecar.number("uid"))), Cell(sidecar.text("holder")),
      ])
    }
    return view.text(table)
  }

  private static func mood(_ state: String?) -> Mood {
    switch state {
    case "current": .good
    case "behind": .warning
    case "refused", "gone": .bad
    default: .plain
    }
  }
}
