// ServerTools: tools that a provider runs itself and charges apart from tokens, found among a request's tools.

import Bytes
import JSON

package enum ServerTools {
  private enum Name: String, FieldName { case type }
  private static let scanner = FieldScanner<Name>()

  /// The type of the first entry of `tools` whose `type` begins as one of `kinds`. A list that has none of these words
  /// anywhere, as nearly all have, is not taken apart.
  package static func first(
    of kinds: [StaticString], in tools: ScannedValue?, of text: Span<UInt8>
  ) -> String? {
    guard let tools, tools.kind == .array, mayHave(kinds, in: text.extracting(tools.range)) else { return nil }
    var entries = ArrayScanner(tools)
    while let entry = try? entries.next(in: text) {
      guard entry.kind == .object, let fields = try? scanner.scan(text, in: entry.range),
        let type = fields[.type]?.value.string(in: text)
      else { continue }
      if kinds.contains(where: { type.utf8.span.starts(with: $0) }) { return type }
    }
    return nil
  }

  /// A word may be written with escapes.
  package static func mayHave(_ words: [StaticString], in tools: Span<UInt8>) -> Bool {
    words.contains { tools.contains($0) } || tools.contains("\\u")
  }
}
