// FloorTests: what each floor may know of the others.

import Foundation
import Testing

@Suite struct FloorTests {
  /// The rooms directly on a floor, and the targets in folders of theirs.
  private static func folders(on floor: String) -> (rooms: Set<String>, inner: Set<String>) {
    let paths =
      FileManager.default.enumerator(atPath: SourceTree.root.appending(path: "Sources/\(floor)").path)?
      .allObjects.compactMap { $0 as? String } ?? []
    let folders = Set(
      paths.filter { $0.hasSuffix(".swift") }.flatMap { $0.split(separator: "/").dropLast().map(String.init) })
    let rooms = Set(paths.filter { !$0.contains("/") })
    return (rooms, folders.subtracting(rooms))
  }

  /// Lines that import what stands on another floor.
  private static func arrows(from floor: String, to others: [String]) -> [String] {
    let own = ["Boundary", "Core", "Around"].reduce(into: Set<String>()) { $0.formUnion(folders(on: $1).rooms) }
    // A folder within a room of the path may be called like a room of another floor; then it is no target.
    let forbidden = others.reduce(into: Set<String>()) { names, other in
      let folders = folders(on: other)
      names.formUnion(folders.rooms.union(folders.inner.subtracting(own)))
    }
    return SourceTree.files(in: ["Sources/\(floor)"]).flatMap { file in
      file.places(in: file.code) { line in
        guard
          let name = line.firstMatch(
            of: /\bimport\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)/)?.1
        else { return false }
        return forbidden.contains(String(name))
      }
    }
  }

  @Test func whatSurroundsACallKnowsNothingOfItsPath() {
    #expect(Self.arrows(from: "Around", to: ["Path"]) == [])
  }

  @Test func theWordsAndToolsOfCoreKnowNobodyWhoUsesThem() {
    #expect(Self.arrows(from: "Core", to: ["Path", "Around"]) == [])
  }
}
