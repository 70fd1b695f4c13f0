// ChangeReport: what a change came to, and on which sidecars it is not in force yet.

import JSON

/// A reply to a change: the generation it made, the paths that differ, and how each sidecar took it.
struct ChangeReport {
  /// More paths than this are counted, not listed.
  private static let pathsMax = 20
  private static let namesMax = 10

  private let generation: Int64
  private let changed: [String]
  private let sidecars: [(name: String, state: String, diagnostics: [String])]
  private let isTrial: Bool

  init(_ change: JSONValue, isTrial: Bool = false) {
    generation = change.number("generation")
    changed = (change["changed"]?.elements ?? []).compactMap(\.string)
    sidecars = (change["sidecars"]?.elements ?? []).map { sidecar in
      (sidecar.text("sidecar") ?? "?", sidecar.text("state") ?? "?", sidecar.list("diagnostics").map(Self.line))
    }
    self.isTrial = isTrial
  }

  /// Every sidecar has it in force.
  var isComplete: Bool { sidecars.allSatisfy { $0.state == "applied" } }

  var status: ExitStatus { isComplete ? .done : .refused }

  /// For standard output: what changed, and where it is in force.
  var text: String {
    if changed.isEmpty { return "Nothing to change: generation \(generation) is like that already.\n" }
    if isTrial {
      return "Would change \(Figures.count(changed.count, "path")), as generation \(generation); nothing was changed:\n"
        + paths
    }
    let applied = sidecars.filter { $0.state == "applied" }
    var text = "Generation \(generation) changes \(Figures.count(changed.count, "path")):\n" + paths
    if sidecars.isEmpty {
      text += "No sidecar is connected; each takes it when it connects.\n"
    } else if applied.isEmpty {
      text += "In force on no sidecar.\n"
    } else {
      text +=
        "In force on \(applied.count) of \(Figures.count(sidecars.count, "sidecar"))\(names(applied.map(\.name))).\n"
    }
    return text
  }

  /// For standard error: who has not got it, by name; empty when all have.
  var warnings: String {
    var text = ""
    for sidecar in sidecars where sidecar.state == "refused" {
      text += "\(sidecar.name.visible) refused it and stays with what it had:\n"
      text += sidecar.diagnostics.map { "  \($0)\n" }.joined()
    }
    let pending = sidecars.filter { $0.state != "applied" && $0.state != "refused" }.map(\.name)
    if !pending.isEmpty {
      text += "Not acknowledged in time by \(Figures.count(pending.count, "sidecar"))\(names(pending)). "
      text += "A sidecar takes the newest generation when it can; see: aigwctl sidecars\n"
    }
    return text
  }

  /// `budgets.team.limit: ...`
  private static func line(_ diagnostic: JSONValue) -> String {
    [diagnostic.text("path"), diagnostic.text("message")].compactMap { $0?.visible }.filter { !$0.isEmpty }
      .joined(separator: ": ")
  }

  private var paths: String {
    changed.prefix(Self.pathsMax).map { "  \($0.visible)\n" }.joined()
      + (changed.count > Self.pathsMax ? "  and \(changed.count - Self.pathsMax) more\n" : "")
  }

  private func names(_ names: [String]) -> String {
    let more = names.count > Self.namesMax ? ", and \(names.count - Self.namesMax) more" : ""
    return ": " + names.prefix(Self.namesMax).map(\.visible).joined(separator: ", ") + more
  }
}
