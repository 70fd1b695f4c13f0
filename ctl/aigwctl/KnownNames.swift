// KnownNames: what a shell can complete, asked of the daemon.

import JSON
import Reactor
import Synchronization

/// Names in the policy in force; none when nobody answers quickly, for a person waits at the keyboard.
enum KnownNames {
  private static let timeoutMs: Int64 = 500

  /// - Parameter words: the line so far, which may name a socket.
  static func budgets(_ words: [String]) -> [String] { names(of: "budgets", words) }
  static func models(_ words: [String]) -> [String] { names(of: "models", words) }
  static func backends(_ words: [String]) -> [String] { names(of: "backends", words) }

  private static func names(of section: String, _ words: [String]) -> [String] {
    let path = GlobalOptions.socketPath(given: zip(words, words.dropFirst()).first { $0.0 == "--socket" }?.1)
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
