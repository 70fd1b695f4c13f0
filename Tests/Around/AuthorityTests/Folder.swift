// Folder: a directory of one test, gone with it, and policies as tests write them.
import Foundation
import JSON

final class Folder: Sendable {
  let path: String

  init() {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("authority-" + UUID().uuidString).path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  func read(_ name: String) -> String { (try? String(contentsOfFile: file(name), encoding: .utf8)) ?? "" }

  func write(_ text: String, to name: String) {
    _ = FileManager.default.createFile(atPath: file(name), contents: Data(text.utf8))
  }

  func makeFolder(_ name: String) {
    try? FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
  }

  func remove(_ name: String) { try? FileManager.default.removeItem(atPath: file(name)) }
}

enum Sample {
  static let backends = #""backends":{"openai":{"provider":"openai","auth":{"env":"KEY"}}}"#
  /// The smallest policy with a budget.
  static func policy(limit: String = "100 tokens/day") -> String {
    #"{\#(backends),"budgets":{"all":{"limit":"\#(limit)"}}}"#
  }
}
