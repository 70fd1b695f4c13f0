// StateFolder: where a sidecar remembers what was spent.

import Exchange
import Gateway
import Glibc
import Reactor

enum StateFolder {
  /// The folder to use, made if it does not exist. Throws one line that says which and what to do.
  static func prepare(_ given: String?, environment: [String: String]) throws(StartupError) -> String {
    let folder = given ?? standard(environment)
    do throws(ReactorError) {
      try Files.makeFolder(folder)
    } catch {
      let advice = given == nil ? "; choose another with --state DIR" : ""
      throw StartupError("--state \(folder): \(error.reason)\(advice)")
    }
    return folder
  }

  /// /var/lib/aigw for root, ~/.local/state/aigw for others (XDG Base Directory Specification 0.8).
  private static func standard(_ environment: [String: String]) -> String {
    if getuid() == 0 { return "/var/lib/aigw" }
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/aigw" }
    return (environment["HOME"] ?? "/tmp") + "/.local/state/aigw"
  }
}
