// StageTests: the order of the stages is the same wherever it is written down.

import Foundation
import Testing

@Suite struct StageTests {
  /// The path of one call, in order: its chain is put in order once, then each candidate has to be admitted.
  static let stages = [
    "Listener", "Identity", "Guard", "Routing", "Admission", "Dialects", "Upstream", "Metering",
  ]
  /// Those that have a room by now.
  static let built = stages.filter { SourceTree.exists("Sources/Path/\($0)") }

  @Test(arguments: built) func aStageSaysInOneFirstLineWhichStageItIs(stage: String) throws {
    let headers = SourceTree.files(in: ["Sources/Path/\(stage)"]).map(\.header).filter { $0.hasPrefix("// Stage ") }
    let place = try #require(Self.stages.firstIndex(of: stage)) + 1
    #expect(headers.count == 1, "one file of \(stage) begins with: // Stage \(place) of 8: takes ... gives ...")
    #expect(headers.allSatisfy { $0.hasPrefix("// Stage \(place) of \(Self.stages.count): takes ") }, "\(headers)")
    #expect(headers.allSatisfy { $0.contains(" gives ") }, "\(headers)")
  }

  @Test func thePackageListsTheStagesInOrder() throws {
    let package = try #require(SourceTree.file("Package.swift"))
    let listed = package.lines.compactMap { $0.firstMatch(of: /room\("Path", "(\w+)"/).map { String($0.1) } }
    #expect(listed == Self.stages)
  }

  @Test func theFolderOfThePathHoldsTheStagesAndGatewayOnly() {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: path("Sources/Path"))) ?? []
    #expect(Set(folders).subtracting(Self.stages + ["Gateway"]) == [])
  }

  @Test(.enabled(if: SourceTree.exists("README.md"))) func theReadmeShowsTheStagesInOrder() throws {
    let readme = try #require(SourceTree.file("README.md"))
    #expect(Self.drawn(in: [readme]) == Self.built, "a line such as: \(Self.built.joined(separator: " -> "))")
  }

  @Test(.enabled(if: SourceTree.exists("Sources/Path/Gateway"))) func theGatewayShowsTheStagesInOrder() {
    let gateway = SourceTree.files(in: ["Sources/Path/Gateway"], endings: [".swift", ".md"])
    #expect(Self.drawn(in: gateway) == Self.built, "a line such as: \(Self.built.joined(separator: " -> "))")
  }

  @Test func aStageImportsNoOtherStage() {
    let places = Self.built.flatMap { stage in
      SourceTree.files(in: ["Sources/Path/\(stage)"]).flatMap { file in
        file.places(in: file.code) { line in
          (Self.stages + ["Gateway", "Policy", "Ledger", "Telemetry"]).contains {
            $0 != stage && line.hasSuffix("import \($0)")
          }
        }
      }
    }
    #expect(places == [])
  }

  /// The stages of the first picture that draws the path with arrows, each where it is first named: the way up comes
  /// before the way down.
  private static func drawn(in files: [SourceFile]) -> [String]? {
    files.lazy.map { file in
      let picture = file.lines.drop { !$0.contains("->") }.prefix { $0.contains("->") || $0.contains("<-") }
      let named = picture.flatMap { line in line.split { !$0.isLetter }.map(String.init).filter(stages.contains) }
      return named.enumerated().filter { !named.prefix($0.offset).contains($0.element) }.map(\.element)
    }.first { $0.count > 2 }
  }

  private func path(_ relative: String) -> String { SourceTree.root.appending(path: relative).path }
}
