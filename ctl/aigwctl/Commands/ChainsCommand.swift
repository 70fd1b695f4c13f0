// ChainsCommand: which backends answer for a model, in which order.

import ArgumentParser
import JSON

struct ChainsCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "chains", abstract: "Who answers for each model, in the order in which they are tried.",
    aliases: ["chain"])

  @OptionGroup var options: GlobalOptions

  @Argument(help: "Only this model.", completion: .custom { words, _, _ in KnownNames.models(words) })
  var model: String?

  func run(_ session: Session) async throws(Failure) -> ExitStatus {
    let policy = try await session.daemon.call("GetPolicy")["policy"] ?? .object([])
    let all = policy["models"]?.members ?? []
    let models = all.filter { model == nil || $0.name == model }
    if let model, models.isEmpty {
      let known =
        all.isEmpty
        ? "every model goes to the first backend" : "there is \(all.map(\.name.visible).joined(separator: ", "))"
      throw Failure(.refused, "the policy has no model \(model.quoted): \(known).")
    }
    // How the backends stand is a second question, which scripts ask themselves.
    let isForPeople = session.format == nil || session.format == .table || session.format == .wide
    let backends = isForPeople ? try await session.daemon.call("GetBackends").list("backends") : []
    session.show(.object(models)) { Self.shown(models, backends, $0) }
    return .done
  }

  static func shown(_ models: [(name: String, value: JSONValue)], _ backends: [JSONValue], _ view: View) -> String {
    var table = Table(
      [
        .text("MODEL"), .number("STEP"), .text("BACKEND"), .text("ASKED FOR"), .number("WEIGHT"), .text("STATE"),
        .text("FAILS OVER ON"),
      ],
      empty: "No chains: every model goes to the first backend. Make one with: aigwctl set-chain MODEL BACKEND...")
    for (model, entry) in models {
      let triggers = entry["failover"]?["on"].map {
        $0.string ?? ($0.elements ?? []).compactMap(\.string).joined(separator: ",")
      }
      for (place, (step, candidate)) in steps(of: entry).enumerated() {
        let isFirst = place == 0
        table.add([
          Cell(isFirst ? model : ""), Cell(String(step)), Cell(candidate.text("backend")),
          Cell(candidate.text("modelNameOverride") ?? "the same name"),
          Cell(candidate["weight"]?.integer.map { String($0) } ?? ""),
          backends.first { $0["name"] == candidate["backend"] }.map(BackendsCommand.state) ?? Cell("unknown", .bad),
          Cell(isFirst ? triggers ?? "rateLimit,timeout,error" : ""),
        ])
      }
    }
    return view.text(table)
  }

  /// The candidates in the order they are tried, with the number of their step, from 1: equal priorities share one.
  private static func steps(of model: JSONValue) -> [(step: Int, candidate: JSONValue)] {
    let candidates = model.list("chain").enumerated().map { place, candidate in
      (priority: candidate["priority"]?.integer ?? Int64(place), place: place, candidate: candidate)
    }.sorted { ($0.priority, $0.place) < ($1.priority, $1.place) }
    var step = 0
    var last: Int64?
    return candidates.map { entry in
      if entry.priority != last { step += 1 }
      last = entry.priority
      return (step, entry.candidate)
    }
  }
}
