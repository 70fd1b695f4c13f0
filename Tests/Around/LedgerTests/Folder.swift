// Folder: a directory of one test, gone with it.
import Foundation

final class Folder {
  let path: String

  init() {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("ledger-" + UUID().uuidString).path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  func read(_ name: String) -> [UInt8] { FileManager.default.contents(atPath: file(name)).map(Array.init) ?? [] }

  func write(_ bytes: [UInt8], to name: String) {
    _ = FileManager.default.createFile(atPath: file(name), contents: Data(bytes))
  }

  /// The state file and its log, as a kill would leave them.
  func copy(_ name: String, to other: String) {
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: file(name + suffix)) {
      try? FileManager.default.removeItem(atPath: file(other + suffix))
      try? FileManager.default.copyItem(atPath: file(name + suffix), toPath: file(other + suffix))
    }
  }
}
