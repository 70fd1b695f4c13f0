// Failure: why a command did not do what it was asked, in words for people, and with an exit status for scripts.

import JSON

/// How aigwctl ends.
enum ExitStatus: Int32 {
  case done = 0
  /// Refused, or not in force everywhere; for `diff`: different.
  case refused = 1
  /// The command line, or a file it names, cannot be understood.
  case usage = 2
  /// Nobody answers at the socket.
  case unreachable = 3
}

struct Failure: Error, Equatable {
  let status: ExitStatus
  /// Whole sentences, perhaps on several lines; what happened, and what to try.
  let message: String
  /// The error's name where the other end answered one: `PolicyInvalid`.
  let error: String?

  init(_ status: ExitStatus, _ message: String, error: String? = nil) {
    self.status = status
    self.message = message
    self.error = error
  }

  init(_ error: NotationError, _ status: ExitStatus = .usage) { self.init(status, error.description) }
}

extension Failure {
  /// A typed error that the other end answered (io.aigw.Control and org.varlink.service).
  static func reply(_ error: String, _ fields: JSONValue, to method: String) -> Failure {
    let name = error.split(separator: ".").last.map(String.init) ?? error
    return Failure(.refused, text(name, fields, method), error: name)
  }

  private static func text(_ error: String, _ fields: JSONValue, _ method: String) -> String {
    switch error {
    case "PolicyInvalid":
      let lines = fields.list("diagnostics").map { "\n  " + line($0) }.joined()
      return "Refused; the policy stays as it was:" + lines
    case "GenerationConflict":
      return "The policy has changed meanwhile: this was for generation \(fields.number("expected")), and "
        + "\(fields.number("current")) is in force. Look at what changed with `aigwctl diff`, and run this again."
    case "UnknownBudget": return unknown("budget", fields, listedBy: "aigwctl budgets")
    case "UnknownModel": return unknown("model", fields, listedBy: "aigwctl chains")
    case "UnknownBackend": return unknown("backend", fields, listedBy: "aigwctl backends")
    case "UnknownRequest":
      return
        "There is no receipt of call \(quoted(fields, "request")). The id is in the reply's x-ai-request-id header; "
        + "a sidecar reports its receipts within seconds, and old ones are dropped."
    case "PermissionDenied":
      return "You (uid \(fields.number("uid"))) may not \(word(fields, "method") ?? method): it needs "
        + "\(word(fields, "needs") ?? "more rights"). Run it as root or as aigwd's own user, or have yourself listed: "
        + "aigwd --admin-uid or --admin-gid."
    case "NotADaemon":
      return "A lone sidecar cannot do \(word(fields, "method") ?? method); connect to aigwd's socket with --socket."
    case "LedgerUnavailable": return "The ledger cannot be read: \(word(fields, "reason") ?? "no reason was given")."
    case "PolicyNotWritable":
      return "The change could not be stored and is not in force: \(word(fields, "reason") ?? "no reason was given")."
    case "MethodNotFound", "MethodNotImplemented", "InterfaceNotFound":
      return "What listens at the socket does not know \(method); it is older than this aigwctl, or not aigwd."
    case "InvalidParameter":
      return
        "What listens at the socket does not take the parameter \(quoted(fields, "parameter")) of \(method); it is of "
        + "another version than this aigwctl."
    default: return "\(method) was refused: \(error.visible) \(YAMLText.flow(fields))"
    }
  }

  private static func unknown(_ noun: String, _ fields: JSONValue, listedBy command: String) -> String {
    let known = fields.list("known").compactMap(\.string).prefix(8).map(\.visible)
    let advice = known.isEmpty ? "see \(command)" : "nearest: \(known.joined(separator: ", "))"
    return "There is no \(noun) \(quoted(fields, "name")); \(advice)."
  }

  /// One diagnostic as compilers print theirs: `aigw.yaml:12:10: budgets.team.limit: ...`.
  static func line(_ diagnostic: JSONValue) -> String {
    var parts: [String] = []
    if let file = diagnostic.text("file"), !file.isEmpty {
      let line = diagnostic["line"]?.integer.map { ":\($0)" } ?? ""
      let column = diagnostic["column"]?.integer.map { ":\($0)" } ?? ""
      parts.append(file.visible + line + column)
    }
    if let path = diagnostic.text("path"), !path.isEmpty { parts.append(path.visible) }
    parts.append((diagnostic.text("message") ?? "no reason was given").visible)
    return parts.joined(separator: ": ")
  }

  private static func word(_ fields: JSONValue, _ name: String) -> String? { fields.text(name)?.visible }
  private static func quoted(_ fields: JSONValue, _ name: String) -> String { (fields.text(name) ?? "?").quoted }
}
