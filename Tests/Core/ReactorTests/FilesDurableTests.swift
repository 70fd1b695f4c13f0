import Foundation
import Reactor
import Testing

@Suite struct FilesDurableTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "aigw-files-" + UUID().uuidString).path
  private var path: String { folder + "/kept" }
  private var previous: String { folder + "/kept.previous" }

  init() throws { try Files.makeFolder(folder) }

  private func content(_ path: String) -> String? {
    (try? Files.read(path, bytesMax: 1 << 24)).map { String(decoding: $0, as: UTF8.self) }
  }

  private func replace(with text: String) throws(ReactorError) {
    try Files.replace(path, with: Array(text.utf8), previous: previous)
  }

  @Test func aReplacedFileIsNewAndTheOldOneIsKeptBesideIt() throws {
    try replace(with: "one")
    #expect(content(path) == "one" && content(previous) == nil)
    try replace(with: String(repeating: "two", count: 1 << 20))
    try replace(with: "")
    #expect(content(path) == "" && content(previous)?.utf8.count == 3 << 20)
    #expect(try Files.names(in: folder, countMax: 10) == ["kept", "kept.previous"])
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test func whereTheNewFileCannotBeWrittenTheOldOneStays() throws {
    try replace(with: "one")
    try Files.makeFolder(path + ".new")
    #expect(throws: ReactorError.self) { try replace(with: "two") }
    #expect(content(path) == "one")
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test func whereTheOldFileCannotBeKeptItStaysWhereItIs() throws {
    try replace(with: "one")
    try Files.makeFolder(previous + "/occupied")
    #expect(throws: ReactorError.self) { try replace(with: "two") }
    #expect(content(path) == "one")
    #expect(try Files.names(in: folder, countMax: 10) == ["kept", "kept.previous"])
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test func aFolderIsListedInTheOrderOfItsBytesAndWithinABound() throws {
    for name in ["b", "a", "B", "ä"] { try Files.replace(folder + "/" + name, with: [1], previous: folder + "/old") }
    #expect(try Files.names(in: folder, countMax: 4) == ["B", "a", "b", "ä"])
    #expect(throws: ReactorError.self) { _ = try Files.names(in: folder, countMax: 3) }
    #expect(try Files.names(in: folder + "/a", countMax: 3) == nil)
    #expect(throws: ReactorError.self) { _ = try Files.names(in: folder + "/none", countMax: 3) }
    try FileManager.default.removeItem(atPath: folder)
  }
}
