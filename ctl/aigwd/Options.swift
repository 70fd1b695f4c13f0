// Options: the flags of aigwd, each with its twin in the environment.

import Control
import Reactor

/// What the command line and the environment say. A flag wins over its variable; a list is one value with commas, or the
/// flag several times.
struct Options {
  var socket: String?
  var state: String?
  var policy: String?
  var owner: UserID?
  var group: GroupID?
  var admins = ControlAccess.Members()
  var sidecars = ControlAccess.Members()
  var metrics: String?
  var logLevel = "info"
  var isCheck = false
  var isHelp = false
  var isVersion = false

  private static let flags: [(flag: String, variable: String, help: String)] = [
    ("--socket", "AIGWD_SOCKET", "PATH        where aigwctl and sidecars connect (/run/aigw/control.sock)"),
    ("--state", "AIGWD_STATE", "DIR         where policy, leases and receipts are kept (/var/lib/aigwd)"),
    (
      "--policy", "AIGWD_POLICY",
      "FILE|DIR    the policy in YAML or JSON, a folder's files being one; commands change it on top"
    ),
    ("--owner", "AIGWD_OWNER", "USER        who owns the socket (whoever runs aigwd)"),
    ("--group", "AIGWD_GROUP", "GROUP       whose members may connect to the socket"),
    ("--admin-uid", "AIGWD_ADMIN_UID", "USER,...    who may call everything, besides root and whoever runs aigwd"),
    ("--admin-gid", "AIGWD_ADMIN_GID", "GROUP,...   whose members may call everything"),
    ("--sidecar-uid", "AIGWD_SIDECAR_UID", "USER,...    who may read the policy, lease and report"),
    ("--sidecar-gid", "AIGWD_SIDECAR_GID", "GROUP,...   whose members may read the policy, lease and report"),
    ("--metrics", "AIGWD_METRICS", "ADDR        /healthz, /readyz and /metrics: IP:PORT (nowhere)"),
    ("--log-level", "AIGWD_LOG_LEVEL", "LEVEL    trace, debug, info, notice, warning, error or critical (info)"),
    ("--check", "AIGWD_CHECK", "            read the policy, print what is wrong with it and exit: 0 valid, 1 not"),
  ]

  /// Throws one line that names the flag or variable at fault.
  init(arguments: [String], environment: [String: String]) throws(UsageError) {
    var given: Set<String> = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let flag = String(parts[0])
      switch flag {
      case "--help", "-h": isHelp = true
      case "--version": isVersion = true
      case "--check": isCheck = true
      case _ where Self.flags.contains { $0.flag == flag }:
        guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
          throw UsageError("\(flag) needs a value; see --help")
        }
        given.insert(flag)
        try set(flag, value, named: flag)
      default: throw UsageError("\(argument) is not a flag of aigwd; see --help")
      }
    }
    for (flag, variable, _) in Self.flags where !given.contains(flag) {
      guard let value = environment[variable], !value.isEmpty else { continue }
      try set(flag, value, named: variable)
    }
  }

  private mutating func set(_ flag: String, _ value: String, named name: String) throws(UsageError) {
    switch flag {
    case "--socket": socket = value
    case "--state": state = value
    case "--policy": policy = value
    case "--owner": owner = try Self.user(value, named: name)
    case "--group": group = try Self.group(value, named: name)
    case "--admin-uid": for one in Self.list(value) { admins.users.insert(try Self.user(one, named: name)) }
    case "--admin-gid": for one in Self.list(value) { admins.groups.insert(try Self.group(one, named: name)) }
    case "--sidecar-uid": for one in Self.list(value) { sidecars.users.insert(try Self.user(one, named: name)) }
    case "--sidecar-gid": for one in Self.list(value) { sidecars.groups.insert(try Self.group(one, named: name)) }
    case "--metrics": metrics = value
    case "--check": isCheck = value == "1" || value == "true"
    default:
      guard Self.levels.contains(value) else {
        throw UsageError("\(name) is \(value); it must be one of \(Self.levels.joined(separator: ", "))")
      }
      logLevel = value
    }
  }

  private static let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

  private static func list(_ value: String) -> [String] { value.split(separator: ",").map(String.init) }

  private static func user(_ text: String, named name: String) throws(UsageError) -> UserID {
    guard let user = UserID(text) else { throw UsageError("\(name) is \(text); there is no user of that name here") }
    return user
  }

  private static func group(_ text: String, named name: String) throws(UsageError) -> GroupID {
    guard let group = GroupID(text) else { throw UsageError("\(name) is \(text); there is no group of that name here") }
    return group
  }

  static var help: String {
    var text = """
      aigwd: owns the policy, the budgets and the receipts of the gateways on one node, and serves them over a Unix socket.

      Usage: aigwd [--socket PATH] [--state DIR] [--policy FILE|DIR] [--group GROUP] [--sidecar-gid GROUP] [--metrics ADDR]

      """
    for (flag, variable, help) in flags {
      text += "\n  \(flag) \(help)\n" + String(repeating: " ", count: 14) + "environment: \(variable)"
    }
    return text
      + """


      With --policy, what commands change is kept as an overlay on the files: it survives restarts and changes of the
      files, and `aigwctl diff -f FILE` shows it.

      Signals: SIGHUP reads the policy again (a changed file is noticed by itself); SIGTERM and SIGINT write everything
      down and exit 0.
      Exit status: 0 done, 1 --check found the policy invalid, 2 could not start.

      """
  }
}

/// A mistake on the command line or in the environment.
struct UsageError: Error {
  let message: String
  init(_ message: String) { self.message = message }
}
