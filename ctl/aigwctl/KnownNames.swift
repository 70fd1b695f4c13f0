// KnownNames: what a shell can complete, asked of the daemon.

import JSON
import Reactor
import Synchronization

/// Names in the policy in force; none when nobody answers quickly, for a person waits at the keyboard.
enum KnownNames {
  private static let timeoutMs: Int64 = 500

  static func budgets() -> [String] { names(of: "budgets") }
  static func models() -> [String] { names(of: "models") }
  static func backends() -> [String] { names(of: "backends") }

  private static func names(of section: String) -> [String] {
    let path = GlobalOptions.socketPath()
    let answer = Answer()
    EventLoop.run {
      let policy = try? await Daemon(socketPath: path, timeoutMs: timeoutMs).call("GetPolicy")["policy"]
      answer.names.withLock { $0 = (policy?[section]?.members ?? []).map(\.name) }
      EventLoop.stop()
    }
    return answer.names.withLock { $0 }.filter { name in !name.unicodeScalars.contains(where: \.isUnseen) }
  }

  /// Filled on the loop, read after it.
  private final class Answer: Sendable {
    let names = Mutex<[String]>([])
  }
}
