// BedrockUsage: what Bedrock reports: `usage` of Converse (API_runtime_TokenUsage.html), the metrics in the last piece of an
// invoked model's stream, and the header fields of an invoked model's whole reply (API_runtime_InvokeModel.html).

import Bytes
import Exchange
import HTTP
import JSON

enum BedrockUsage {
  private enum Name: String, FieldName {
    case inputTokens
    case outputTokens
    case cacheRead = "cacheReadInputTokens"
    case cacheWrite = "cacheWriteInputTokens"
    case cacheDetails
    case inputTokenCount
    case outputTokenCount
    case cacheReadCount = "cacheReadInputTokenCount"
    case cacheWriteCount = "cacheWriteInputTokenCount"
  }

  /// A CacheDetail.
  private enum DetailName: String, FieldName {
    case ttl
    case inputTokens
  }

  private static let names = FieldScanner<Name>()
  private static let details = FieldScanner<DetailName>()

  /// nil where `text` is no object or reports no tokens at all. As with Anthropic, what was read from the cache and written to it stands beside the input. `totalTokens` adds nothing.
  static func read(_ text: Span<UInt8>) -> Usage? {
    guard let table = try? names.scan(text) else { return nil }
    func count(_ one: Name, _ other: Name) -> TokenCount? {
      guard let number = (table[one] ?? table[other])?.value.integer(in: text), number >= 0 else { return nil }
      return TokenCount(number)
    }
    let read = count(.cacheRead, .cacheReadCount)
    let written = count(.cacheWrite, .cacheWriteCount)
    var usage = Self.bedrock(
      input: count(.inputTokens, .inputTokenCount), output: count(.outputTokens, .outputTokenCount), read: read,
      written: written)
    usage?.longCacheCreationInput = hour(table[.cacheDetails]?.value, in: text)
    return usage
  }

  /// What the header fields of a reply say; nil where they say nothing.
  static func read(_ head: Head) -> Usage? {
    func count(_ value: Span<UInt8>?) -> TokenCount? {
      guard let number = value?.decimal else { return nil }
      return TokenCount(number)
    }
    return Self.bedrock(
      input: count(head["x-amzn-bedrock-input-token-count"]), output: count(head["x-amzn-bedrock-output-token-count"]),
      read: count(head["x-amzn-bedrock-cache-read-input-token-count"]),
      written: count(head["x-amzn-bedrock-cache-write-input-token-count"]))
  }

  private static func bedrock(
    input: TokenCount?, output: TokenCount?, read: TokenCount?, written: TokenCount?
  ) -> Usage? {
    if input == nil, output == nil { return nil }
    var usage = Usage(output: output, cachedInput: read, cacheCreationInput: written)
    for part in [input, read, written] {
      if let part { usage.input = (usage.input ?? .zero) + part }
    }
    return usage
  }

  /// What was written to be kept for an hour; nil where nothing is told by lifetime.
  private static func hour(_ list: ScannedValue?, in text: Span<UInt8>) -> TokenCount? {
    guard let list, list.kind == .array else { return nil }
    var elements = ArrayScanner(list)
    while let element = try? elements.next(in: text) {
      guard element.kind == .object, let table = try? details.scan(text, in: element.range),
        table[.ttl]?.value.string(in: text) == "1h",
        let number = table[.inputTokens]?.value.integer(in: text), number >= 0
      else { continue }
      return TokenCount(number)
    }
    return nil
  }
}
