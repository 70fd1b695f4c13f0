// Stage 8 of 8: takes replies as they flow, gives what they cost.
//
// UsageReader: the tokens a provider reports, whatever it calls them.

import Bytes
import Exchange
import JSON

/// Reads a `usage` object: OpenAI's chat names (`prompt_tokens`), its responses names, which Anthropic shares
/// (`input_tokens`), and the details of both. Numbers that are negative or no integers count as absent.
public struct UsageReader: Sendable {
  private enum Name: String, FieldName {
    case promptTokens = "prompt_tokens"
    case completionTokens = "completion_tokens"
    case inputTokens = "input_tokens"
    case outputTokens = "output_tokens"
    case totalTokens = "total_tokens"
    case promptDetails = "prompt_tokens_details"
    case inputDetails = "input_tokens_details"
    case completionDetails = "completion_tokens_details"
    case outputDetails = "output_tokens_details"
    case cacheRead = "cache_read_input_tokens"
    case cacheCreation = "cache_creation_input_tokens"
  }

  private enum Detail: String, FieldName {
    case cached = "cached_tokens"
    case reasoning = "reasoning_tokens"
  }

  private let names = FieldScanner<Name>()
  private let details = FieldScanner<Detail>()

  public init() {}

  /// The usage at `value` of `text`; nil when it is no object or reports no tokens at all.
  public func read(_ value: ScannedValue, in text: Span<UInt8>) -> Usage? {
    guard value.kind == .object, let table = try? names.scan(text, in: value.range) else { return nil }
    func count(_ field: Field?) -> TokenCount? {
      guard let number = field?.value.integer(in: text), number >= 0 else { return nil }
      return TokenCount(number)
    }
    var usage = Usage()
    let prompt = count(table[.promptTokens])
    usage.input = prompt ?? count(table[.inputTokens])
    usage.output = count(table[.completionTokens]) ?? count(table[.outputTokens])
    usage.reportedTotal = count(table[.totalTokens])
    if usage.input == nil, usage.output == nil, usage.reportedTotal == nil { return nil }
    if let inputs = table[.promptDetails] ?? table[.inputDetails] {
      usage.cachedInput = count(detail(.cached, at: inputs, in: text))
    }
    if let outputs = table[.completionDetails] ?? table[.outputDetails] {
      usage.reasoning = count(detail(.reasoning, at: outputs, in: text))
    }
    let read = count(table[.cacheRead])
    usage.cachedInput = read ?? usage.cachedInput
    // Anthropic reports what it read from and wrote to its cache beside input_tokens, not inside them. Gateways that
    // speak OpenAI's dialect for it repeat both, but their prompt_tokens are the whole.
    if prompt == nil {
      for part in [read, count(table[.cacheCreation])] {
        if let part { usage.input = (usage.input ?? .zero) + part }
      }
    }
    return usage
  }

  private func detail(_ name: Detail, at field: Field, in text: Span<UInt8>) -> Field? {
    guard field.value.kind == .object else { return nil }
    return (try? details.scan(text, in: field.value.range))?[name]
  }
}
