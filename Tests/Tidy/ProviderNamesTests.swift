// ProviderNamesTests: who may know a provider by its name.

import Foundation
import Providers
import Testing

@Suite struct ProviderNamesTests {
  /// Where providers' names belong: their rows, and the price lists, which are named for them.
  private static let homes = ["Sources/Core/Providers/", "Sources/Around/Prices/BuiltIn/"]
  /// Words of models' names are no providers: who reads those is a dialect.
  private static let families = ["Sources/Path/Dialects/": ["gemini", "cohere", "deepseek"]]

  @Test func aProviderIsKnownByItsRowAndByNothingElse() {
    let names = Provider.all.map(\.name)
    let places = SourceTree.files(in: ["Sources", "sidecar", "ctl"]).flatMap { file -> [String] in
      if Self.homes.contains(where: file.path.hasPrefix) { return [] }
      let families = Self.families.first { file.path.hasPrefix($0.key) }?.value ?? []
      let literals = names.filter { !families.contains($0) }.map { "\"\($0)\"" }
      return file.places { line in
        !line.trimmingCharacters(in: .whitespaces).hasPrefix("//") && literals.contains { line.contains($0) }
      }
    }
    #expect(places == [], "ask the provider's row: Sources/Core/Providers/Provider+All.swift")
  }
}
