// DialectTests: what is known about a dialect stands in its folder, and two dialects lean on another.

import Foundation
import Testing

@Suite struct DialectTests {
  private static let folder = "Sources/Path/Dialects"

  private static var dialects: [String] {
    let found = try? FileManager.default.contentsOfDirectory(atPath: SourceTree.root.appending(path: folder).path)
    return (found ?? []).filter { !$0.contains(".") && $0 != "Hub" }.sorted()
  }

  @Test func twoDialectsLeanOnAnotherAndNoOthers() {
    let arrows = Self.dialects.flatMap { from in
      Self.dialects.filter { to in
        to != from
          && SourceTree.files(in: ["\(Self.folder)/\(from)"]).contains { file in
            file.code.contains { $0.contains("import \(to)") }
          }
      }.map { "\(from) -> \($0)" }
    }
    #expect(arrows == ["Bedrock -> Anthropic", "Responses -> OpenAI"])
  }

  @Test func hubKnowsNoDialect() {
    let places = SourceTree.files(in: ["\(Self.folder)/Hub"]).flatMap { file in
      file.places(in: file.code) { line in Self.dialects.contains { line.hasSuffix("import \($0)") } }
    }
    #expect(places == [])
  }

  /// Whoever asks a dialect something asks its adapter. What is left elsewhere is said here, with its reason.
  @Test func nobodyElseTellsDialectsApart() {
    let allowed = [
      // OpenAI's dialect is the one that others copy beside their own.
      "dialect == .openAI",
      // What is no request at all is answered in OpenAI's words.
      "Rescue(error).write(to: self, in: .openAI)", "Dialect.openAI.adapter",
    ]
    let names = ["openAI", "responses", "anthropic", "gemini", "bedrock", "cohere"]
    let places = SourceTree.files(in: ["Sources/Path/Gateway", "Sources/Path/Upstream", "Sources/Path/Guard"]).flatMap {
      file in
      file.places(in: file.code) { line in
        names.contains { line.contains("== .\($0)") || line.contains("case .\($0)") || line.contains("in: .\($0)") }
          && !allowed.contains { line.contains($0) }
      }
    }
    #expect(places == [], "ask the adapter: Sources/Path/Dialects/Hub/DialectAdapter.swift")
  }
}
