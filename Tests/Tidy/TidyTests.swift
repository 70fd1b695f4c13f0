// TidyTests: what a person should not have to remember. Each failure lists the places to mend.

import Foundation
import Testing

@Suite struct TidyTests {
  @Test func nothingTheSidecarLinksImportsFoundationOrDispatch() {
    let places = SourceTree.linkedIntoTheSidecar.flatMap { file in
      file.places(in: file.code) { $0.contains(/\bimport\s+(?:\w+\s+)?(Foundation|FoundationEssentials|Dispatch)\b/) }
    }
    #expect(places == [])
  }

  @Test func unsafeIsSpelledOnlyWhereASafetySentenceSaysWhy() {
    let files = SourceTree.linkedIntoTheSidecar + SourceTree.files(in: ["examples"])
    let places = files.flatMap { file in
      file.lines.contains { $0.contains("SAFETY:") } ? [] : file.places(in: file.code) { $0.contains(/\bunsafe\b/) }
    }
    #expect(places == [])
  }

  @Test func everySwiftFileBeginsWithASentenceThatSaysWhatItIs() {
    let files = SourceTree.files(in: ["Sources", "sidecar", "ctl", "examples", "Tests/Tidy"])
    let places = files.filter { !$0.header.hasPrefix("// ") }.map(\.path)
    #expect(places == [])
  }

  @Test func nothingIsLeftToBeFixedLater() {
    // Written in two halves, so that this file does not find itself.
    let words = ["FIX" + "ME", "TO" + "DO"]
    let places = SourceTree.everything.flatMap { file in
      file.places { line in words.contains { line.contains($0) } }
    }
    #expect(places == [])
  }

  @Test func noFileIsTooLongButForTablesThatSayTheyAreTables() {
    let places = SourceTree.everything.filter { file in
      let most = file.path.hasSuffix(".swift") && !file.path.hasPrefix("Tests/") ? 300 : 400
      return file.lines.count > most + 1 && !file.header.lowercased().contains("table")
    }
    #expect(places.map { "\($0.path) has \($0.lines.count - 1) lines" } == [])
  }

  @Test func noPathOfSomebodysMachineIsWrittenDown() {
    // A folder of that name deep inside a path or an address is nobody's machine.
    let machine = /(?:^|[^\w.\/:~}\\-])\/(?:work|tmp|home|root|Users)\//
    #expect(SourceTree.everything.flatMap { $0.places { line in line.contains(machine) } } == [])
  }

  @Test func theTopOfTheRepositoryHoldsWhatTheDesignSaysAndNothingElse() throws {
    let expected: Set = [
      "Package.swift", "Sources", "Tests", "sidecar", "ctl", "examples", "README.md", "LICENSE",
      // Written by the package manager, ignored by git.
      "Package.resolved",
    ]
    let found = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path)
    #expect(found.filter { !$0.hasPrefix(".") && !expected.contains($0) } == [])
  }

  @Test func noFileIsNamedForWhatItIsNot() {
    let places = SourceTree.everything.map(\.path).filter { path in
      let name = path.split(separator: "/").last ?? ""
      return name.contains(/Util|Helper|Common|Manager|Misc/)
    }
    #expect(places == [])
  }

  @Test func theFormatterHasNothingToSay() throws {
    let folders = ["Sources", "sidecar", "ctl", "Tests", "examples"].filter(SourceTree.exists)
    let lint = Process()
    let output = Pipe()
    lint.executableURL = URL(filePath: "/usr/bin/env")
    lint.arguments = ["swift", "format", "lint", "--recursive", "--strict"] + folders
    lint.currentDirectoryURL = SourceTree.root
    lint.standardError = output
    try lint.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    lint.waitUntilExit()
    #expect(lint.terminationStatus == 0, "\(said)")
  }
}
