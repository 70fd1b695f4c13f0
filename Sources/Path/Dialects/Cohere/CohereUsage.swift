// CohereUsage: `usage` of a chat and `meta` of embed and rerank (docs.cohere.com/reference/chat).

import Bytes
import Exchange
import JSON

enum CohereUsage {
  private enum Name: String, FieldName {
    case billed = "billed_units"
    case tokens
    case cached = "cached_tokens"
  }

  private enum Unit: String, FieldName {
    case input = "input_tokens"
    case output = "output_tokens"
    case image = "image_tokens"
  }

  private static let names = FieldScanner<Name>()
  private static let unitNames = FieldScanner<Unit>()

  /// nil where `text` is no object or reports no tokens at all. What is billed counts, not what the model saw; that is read where nothing is said to be billed. Searches of rerank are no
  /// tokens.
  static func read(_ text: Span<UInt8>) -> Usage? {
    guard let table = try? names.scan(text) else { return nil }
    let billed = units(table[.billed], in: text)
    let seen = units(table[.tokens], in: text)
    var usage = Usage()
    usage.input = count(billed?[.input], in: text) ?? count(seen?[.input], in: text)
    if let images = count(billed?[.image], in: text) { usage.input = (usage.input ?? .zero) + images }
    usage.output = count(billed?[.output], in: text) ?? count(seen?[.output], in: text)
    if usage.input == nil, usage.output == nil { return nil }
    // Cached tokens are among those the model saw, of which not all may be billed.
    if let cached = count(table[.cached], in: text), cached <= usage.input ?? .zero { usage.cachedInput = cached }
    return usage
  }

  private static func units(_ field: Field?, in text: Span<UInt8>) -> FieldTable<Unit>? {
    guard let value = field?.value, value.kind == .object else { return nil }
    return try? unitNames.scan(text, in: value.range)
  }

  /// Cohere's counts are numbers of any kind: `5`, `5.0`.
  private static func count(_ field: Field?, in text: Span<UInt8>) -> TokenCount? {
    guard let value = field?.value else { return nil }
    let number =
      value.kind == .real
      ? Double(String(text.extracting(value.range))).flatMap { Int64(exactly: $0) } : value.integer(in: text)
    guard let number, number >= 0 else { return nil }
    return TokenCount(number)
  }
}
