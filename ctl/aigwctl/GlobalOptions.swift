// GlobalOptions: what every command takes: which socket, which form of output, how long to wait.

import ArgumentParser
import Glibc
import Reactor

enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case table
  case wide
  case json
  case yaml
}

struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The control socket of aigwd or of a lone sidecar.",
      discussion: """
        Without it: AIGW_CONTROL, /run/aigw/control.sock, $XDG_RUNTIME_DIR/aigw/control.sock, or control.sock where a \
        lone sidecar keeps its state.
        """,
      valueName: "path"),
    completion: .file())
  var socket: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("How the answer is shown; json and yaml are the raw reply."))
  var output: OutputFormat?

  @Option(
    help: ArgumentHelp(
      "How long to wait for an answer, and for sidecars to take a change; 5s by default.", valueName: "duration"),
    transform: Self.milliseconds)
  var timeout: Int64 = 5000

  private static func milliseconds(_ text: String) throws -> Int64 {
    let milliseconds = try TimeNotation.duration(text)
    guard (1...3_600_000).contains(milliseconds) else {
      throw NotationError("--timeout \(text.quoted) must be from 1ms to 1h")
    }
    return milliseconds
  }

  /// The path of the socket, without `unix:` before it.
  static func socketPath(given: String?, environment: [String: String], exists: (String) -> Bool) -> String {
    let scheme = "unix:"
    for path in [given, environment["AIGW_CONTROL"]] {
      if let path, !path.isEmpty { return path.hasPrefix(scheme) ? String(path.dropFirst(scheme.count)) : path }
    }
    let places = usualFolders(environment).map { $0 + "/control.sock" }
    return places.first(where: exists) ?? places[0]
  }

  /// Where aigwd listens, for the system or for one user, and then where a lone sidecar keeps its state (XDG Base
  /// Directory Specification 0.8).
  private static func usualFolders(_ environment: [String: String]) -> [String] {
    func folder(_ variable: String, _ rest: String) -> [String] {
      environment[variable].flatMap { $0.hasPrefix("/") ? [$0 + rest] : nil } ?? []
    }
    return ["/run/aigw"] + folder("XDG_RUNTIME_DIR", "/aigw") + ["/var/lib/aigw"] + folder("XDG_STATE_HOME", "/aigw")
      + folder("HOME", "/.local/state/aigw")
  }

  var socketPath: String { Self.socketPath(given: socket) }

  /// The same for this process.
  static func socketPath(given: String?) -> String {
    // SAFETY: access reads the path it is given, which lives as long as the call.
    socketPath(given: given, environment: ProcessEnvironment.variables) { unsafe access($0, F_OK) == 0 }
  }
}
