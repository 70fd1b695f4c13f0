// Options: the flags of aigw-sidecar, each with its twin in the environment.

import Reactor

/// What the command line and the environment say. A flag wins over its variable.
struct Options {
  var policy: String?
  var listen = "127.0.0.1:4000"
  var admin = "127.0.0.1:4001"
  var state: String?
  /// The daemon's control socket; nil: this sidecar stands alone.
  var control: String?
  /// Where a lone sidecar hosts its own.
  var controlSocket: String?
  var logLevel = "info"
  var graceSeconds: Int64 = 30
  var isCheck = false
  var isHelp = false
  var isVersion = false

  private static let flags: [(flag: String, variable: String, help: String)] = [
    (
      "--policy", "AIGW_POLICY",
      "FILE        the policy, YAML or JSON; without it the provider keys in the environment make one"
    ),
    ("--listen", "AIGW_LISTEN", "ADDR        where agents connect: IP:PORT, [IPv6]:PORT or unix:PATH (127.0.0.1:4000)"),
    ("--admin", "AIGW_ADMIN", "ADDR        /healthz, /readyz and /metrics (127.0.0.1:4001)"),
    ("--state", "AIGW_STATE", "DIR         where spend is remembered (/var/lib/aigw, or ~/.local/state/aigw)"),
    (
      "--control", "AIGW_CONTROL",
      "unix:PATH  the daemon that gives the policy and shares the budgets; without it this sidecar stands alone"
    ),
    (
      "--control-socket", "AIGW_CONTROL_SOCKET",
      "PATH  where a sidecar that stands alone listens to aigwctl (control.sock in --state)"
    ),
    ("--log-level", "AIGW_LOG_LEVEL", "LEVEL    trace, debug, info, notice, warning, error or critical (info)"),
    ("--grace", "AIGW_GRACE", "SECONDS      how long streams may finish after SIGTERM (30)"),
    ("--check", "AIGW_CHECK", "            read the policy, print what is wrong with it and exit: 0 valid, 1 not"),
  ]

  /// Throws one line that names the flag or variable at fault.
  init(arguments: [String], environment: [String: String]) throws(UsageError) {
    for (flag, variable, _) in Self.flags {
      guard let value = environment[variable], !value.isEmpty else { continue }
      if flag == "--check" {
        isCheck = value == "1" || value == "true"
      } else {
        try set(flag, value, named: variable)
      }
    }
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let flag = String(parts[0])
      switch flag {
      case "--help", "-h": isHelp = true
      case "--version": isVersion = true
      case "--check": isCheck = true
      case _ where Self.flags.contains { $0.flag == flag }:
        if parts.count == 2 {
          try set(flag, String(parts[1]), named: flag)
        } else if let value = rest.popFirst() {
          try set(flag, value, named: flag)
        } else {
          throw UsageError("\(flag) needs a value; see --help")
        }
      default: throw UsageError("\(argument) is not a flag of aigw-sidecar; see --help")
      }
    }
  }

  private mutating func set(_ flag: String, _ value: String, named name: String) throws(UsageError) {
    switch flag {
    case "--policy": policy = value
    case "--listen": listen = value
    case "--admin": admin = value
    case "--state": state = value
    case "--control": control = try Self.path(value, named: name)
    case "--control-socket": controlSocket = try Self.path(value, named: name)
    case "--log-level":
      guard Self.levels.contains(value) else {
        throw UsageError("\(name) is \(value); it must be one of \(Self.levels.joined(separator: ", "))")
      }
      logLevel = value
    default:
      guard let seconds = Int64(value), (0...3600).contains(seconds) else {
        throw UsageError("\(name) is \(value); it must be a number of seconds from 0 to 3600")
      }
      graceSeconds = seconds
    }
  }

  /// A Unix socket, with or without `unix:` before its path.
  private static func path(_ value: String, named name: String) throws(UsageError) -> String {
    let path = value.hasPrefix("unix:") ? String(value.dropFirst("unix:".count)) : value
    if SocketAddress("unix:" + path) != nil { return path }
    throw UsageError("\(name) is \(value); it must be unix:PATH, of at most 107 bytes")
  }

  private static let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

  static var help: String {
    var text = """
      aigw-sidecar: carries an agent's LLM calls, pays them from budgets, fails over between providers.

      Usage: aigw-sidecar [--policy FILE] [--listen ADDR] [--admin ADDR] [--state DIR]
                           [--control unix:PATH | --control-socket PATH] [--check] [--log-level LEVEL] [--grace SECONDS]

      """
    for (flag, variable, help) in flags {
      text += "\n  \(flag) \(help)\n" + String(repeating: " ", count: 14) + "environment: \(variable)"
    }
    return text
      + """


      Signals: SIGHUP reads the policy again (a changed file is noticed by itself); SIGTERM and SIGINT finish the
      streams under way and exit 0.
      Exit status: 0 done, 1 --check found the policy invalid, 2 could not start.

      """
  }
}

/// A mistake on the command line or in the environment.
struct UsageError: Error {
  let message: String
  init(_ message: String) { self.message = message }
}
