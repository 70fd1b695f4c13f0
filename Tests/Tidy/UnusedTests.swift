// UnusedTests: what is declared is said somewhere besides, and not by tests only.

import Testing

@Suite struct UnusedTests {
  /// Called by the language and by libraries, never by name.
  static let calledFromOutside: Set = [
    // Swift's executors and global actors.
    "enqueue", "checkIsolated", "isIsolatingCurrentContext", "unownedExecutor",
    // `paint(text, .heading)`.
    "callAsFunction",
    // ArgumentParser: of a command whose options do not go together, and what each command is called.
    "validate", "configuration",
  ]
  @Test func whatIsDeclaredIsSaidSomewhereBesides() {
    var census = Census()
    for file in SourceTree.files(in: ["Sources", "sidecar", "ctl", "examples"]) { census.read(file) }
    let unused = census.unmentioned.filter { place in
      !place.hasPrefix("examples/") && !Self.calledFromOutside.contains { place.hasSuffix(" \($0)") }
    }
    #expect(unused == [], "delete it, or let the program use it")
    #expect(census.declarations.count > 3000, "the census reads the whole tree")
  }

  @Test func theCensusFindsWhatNobodySays() {
    var census = Census()
    census.read(
      SourceFile(
        path: "Room.swift",
        lines: #"""
          /// The comment says dead, the string too.
          public final class Door {
            private(set) var isOpen = "dead"
            @inlinable static func dead(_ most: Int) -> Int {
              let local = most
              return local
            }
            enum Kind { case wood }
            enum Mood: String {
              case calm
            }
            indirect enum Size {
              case small, large(of: Int, unit: Int)
            }
            func told() -> String { "\(isOpen) \(Size.small)" }
          }
          extension Door {}
          """#.components))
    #expect(
      census.unmentioned == [
        "Room.swift:2: class Door", "Room.swift:4: func dead", "Room.swift:8: enum Kind", "Room.swift:9: enum Mood",
        "Room.swift:13: case large", "Room.swift:15: func told",
      ])
  }
}

extension String {
  fileprivate var components: [String] { split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
}
