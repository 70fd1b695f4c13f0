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
      discussion: "Without it: AIGW_CONTROL, /run/aigw/control.sock, or $XDG_RUNTIME_DIR/aigw/control.sock.",
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
    let usual = "/run/aigw/control.sock"
    guard let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/"), !exists(usual) else { return usual }
    let own = folder + "/aigw/control.sock"
    return exists(own) ? own : usual
  }

  var socketPath: String { Self.socketPath(given: socket) }

  /// The same for this process.
  static func socketPath(given: String?) -> String {
    // SAFETY: access reads the path it is given, which lives as long as the call.
    socketPath(given: given, environment: ProcessEnvironment.variables) { unsafe access($0, F_OK) == 0 }
  }
}
