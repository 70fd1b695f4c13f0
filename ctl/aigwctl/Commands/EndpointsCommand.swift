// EndpointsCommand: the catalogue of endpoints: what is asked for there, how it is charged, what budgets do with it.

import ArgumentParser
import Dialects
import Hub
import JSON
import Reactor

struct EndpointsCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "endpoints", abstract: "The endpoints there are, how each is charged, and what budgets do with it.",
    discussion: """
      Asks nobody. Under a budget that counts tokens or dollars an endpoint is passed (it costs nothing), held (the most a \
      call can cost, until its bill is known) or closed (403 endpoint_not_metered) until the policy opens it by its path, as \
      in passThrough: [/v1/audio/speech]. What gives out keys is closed under every budget, and so is, under those, every \
      path that is not listed.
      """,
    aliases: ["endpoint"])

  @OptionGroup var options: GlobalOptions

  @EventLoop func run(_ session: Session) async throws(Failure) -> ExitStatus {
    let rows = EndpointRow.all
    session.show(.object([("endpoints", .array(rows.map(Self.json)))])) { view in
      var table = Table(
        [
          .text("METHODS"), .text("PATH"), .wideText("DIALECT"), .text("KIND"), .text("CHARGED"),
          .text("UNDER BUDGETS"),
        ], empty: "There are no endpoints.")
      for row in rows {
        table.add([
          Cell(row.methods.names), Cell(row.path), Cell(row.dialect.rawValue), Cell(row.kind.rawValue),
          Cell(row.charge.rawValue), Self.treatment(of: row),
        ])
      }
      return view.text(table)
    }
    return .done
  }

  private static func treatment(of row: EndpointRow) -> Cell {
    switch row.charge.treatment {
    case .passed: "passed"
    case .held: "held"
    case .closed: "closed"
    case .closedUnderAny: "closed under any"
    }
  }

  private static func json(_ row: EndpointRow) -> JSONValue {
    .object([
      ("methods", .string(row.methods.names)), ("path", .string(row.path)), ("dialect", .string(row.dialect.rawValue)),
      ("kind", .string(row.kind.rawValue)), ("charge", .string(row.charge.rawValue)),
      ("underBudgets", .string(row.charge.treatment.rawValue)),
    ])
  }
}
