// UsageReader+Bedrock: what Bedrock reports: `usage` of Converse (API_runtime_TokenUsage.html), the metrics in the last piece of an
// invoked model's stream, and the header fields of an invoked model's whole reply (API_runtime_InvokeModel.html).

import Bytes
import Exchange
import HTTP
import JSON

extension UsageReader {
  enum BedrockName: String, FieldName {
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
  enum CacheDetailName: String, FieldName {
    case ttl
    case inputTokens
  }

  /// As with Anthropic, what was read from the cache and written to it stands beside the input. `totalTokens` adds nothing.
  func readBedrock(_ value: ScannedValue, in text: Span<UInt8>) -> Usage? {
    guard let table = try? bedrockNames.scan(text, in: value.range) else { return nil }
    func count(_ one: BedrockName, _ other: BedrockName) -> TokenCount? {
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
  public func read(_ head: Head) -> Usage? {
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
  private func hour(_ details: ScannedValue?, in text: Span<UInt8>) -> TokenCount? {
    guard let details, details.kind == .array else { return nil }
    var elements = ArrayScanner(details)
    while let element = try? elements.next(in: text) {
      guard element.kind == .object, let table = try? cacheDetailNames.scan(text, in: element.range),
        table[.ttl]?.value.string(in: text) == "1h",
        let number = table[.inputTokens]?.value.integer(in: text), number >= 0
      else { continue }
      return TokenCount(number)
    }
    return nil
  }
}
