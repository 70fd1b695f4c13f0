// SourceTree: the repository as the tidy tests read it, file by file and line by line.

import Foundation

/// One text file of the repository.
struct SourceFile: Sendable {
  /// Relative to the root: `Sources/Core/Bytes/ByteBuffer.swift`.
  let path: String
  let lines: [String]

  var header: String { lines.first ?? "" }

  /// The lines as a compiler sees them: without line comments and the contents of one-line strings.
  var code: [String] {
    lines.map { line in
      let withoutStrings = line.replacing(/"(\\.|[^"\\])*"/, with: "\"\"")
      return String(
        withoutStrings.prefix(upTo: withoutStrings.firstRange(of: "//")?.lowerBound ?? withoutStrings.endIndex))
    }
  }

  /// `path:line: text` of every line of `lines` that matches, for a failure that can be clicked.
  func places(in lines: [String]? = nil, where matches: (String) -> Bool) -> [String] {
    (lines ?? self.lines).enumerated().filter { matches($0.element) }.map { "\(path):\($0.offset + 1): \($0.element)" }
  }
}

enum SourceTree {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: path).path)
  }

  /// The files under `folders` whose names end in one of `endings`; folders that do not exist are empty.
  static func files(in folders: [String], endings: [String] = [".swift"]) -> [SourceFile] {
    folders.flatMap { folder in
      let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.allObjects ?? []
      return names.compactMap { $0 as? String }.sorted().filter { name in endings.contains { name.hasSuffix($0) } }
        .compactMap { file("\(folder)/\($0)") }
    }
  }

  static func file(_ path: String) -> SourceFile? {
    guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else { return nil }
    return SourceFile(path: path, lines: text.components(separatedBy: "\n"))
  }

  /// Everything people wrote here.
  static let everything = files(
    in: ["Sources", "sidecar", "ctl", "Tests", "examples"],
    endings: [".swift", ".py", ".sh", ".c", ".h", ".md", ".yaml", ".modulemap"])

  /// What a sidecar is made of.
  static let linkedIntoTheSidecar = files(in: ["Sources", "sidecar"])
}
