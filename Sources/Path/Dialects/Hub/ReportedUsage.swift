// ReportedUsage: the tokens a provider reports by the names that OpenAI and Anthropic gave them, and most others copy.

import Bytes
import Exchange
import JSON

/// A `usage` object: OpenAI's chat names (`prompt_tokens`), its responses names, which Anthropic shares (`input_tokens`), the
/// details of both, and what DeepSeek, Moonshot and Together report beside them. Numbers that are negative or no integers
/// count as absent: a reply is never refused for how it counts.
/// Predictions (`rejected_prediction_tokens`) are in the output already.
package enum ReportedUsage {
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
    /// Anthropic: the same by lifetime, an object.
    case cacheLifetimes = "cache_creation"
    /// DeepSeek: the part of prompt_tokens that was cached.
    case promptCacheHit = "prompt_cache_hit_tokens"
    /// Moonshot, Together: the same.
    case cached = "cached_tokens"
  }

  private enum Detail: String, FieldName {
    case cached = "cached_tokens"
    case cacheWrite = "cache_write_tokens"
    /// OpenAI: the same by lifetime, an object.
    case cacheLifetimes = "cache_write_tokens_details"
    case reasoning = "reasoning_tokens"
    /// Anthropic: the same.
    case thinking = "thinking_tokens"
    case audio = "audio_tokens"
  }

  /// The lifetimes of cache entries that cost more than the usual one.
  private enum LongLifetime: String, FieldName {
    case anthropic = "ephemeral_1h_input_tokens"
    case openAI = "ttl_12h_tokens"
  }

  private static let names = FieldScanner<Name>()
  private static let details = FieldScanner<Detail>()
  private static let lifetimes = FieldScanner<LongLifetime>()

  /// nil where `text` is no object or reports no tokens at all.
  package static func read(_ text: Span<UInt8>) -> Usage? {
    guard let table = try? names.scan(text) else { return nil }
    func count(_ field: Field?) -> TokenCount? {
      guard let number = field?.value.integer(in: text), number >= 0 else { return nil }
      return TokenCount(number)
    }
    var usage = Usage()
    let prompt = count(table[.promptTokens])
    usage.input = prompt ?? count(table[.inputTokens])
    usage.output = count(table[.completionTokens]) ?? count(table[.outputTokens])
    usage.reportedTotal = count(table[.totalTokens])
    if usage.input == nil, usage.output == nil, usage.reportedTotal == nil {
      return nil
    }
    if let inputs = detail(table[.promptDetails] ?? table[.inputDetails], in: text) {
      usage.cachedInput = count(inputs[.cached])
      usage.cacheCreationInput = count(inputs[.cacheWrite])
      usage.longCacheCreationInput = longCacheWrites(inputs[.cacheLifetimes], in: text)
      usage.audioInput = count(inputs[.audio])
    }
    if let outputs = detail(table[.completionDetails] ?? table[.outputDetails], in: text) {
      usage.reasoning = count(outputs[.reasoning] ?? outputs[.thinking])
      usage.audioOutput = count(outputs[.audio])
    }
    let read = count(table[.cacheRead])
    let written = count(table[.cacheCreation])
    usage.cachedInput =
      read ?? usage.cachedInput ?? count(table[.promptCacheHit]) ?? count(table[.cached])
    usage.cacheCreationInput = written ?? usage.cacheCreationInput
    usage.longCacheCreationInput =
      longCacheWrites(table[.cacheLifetimes], in: text) ?? usage.longCacheCreationInput
    // Anthropic reports what it read from and wrote to its cache beside input_tokens, not inside them. Gateways that
    // speak OpenAI's dialect for it repeat both, but their prompt_tokens are the whole.
    if prompt == nil {
      for part in [read, written] {
        if let part { usage.input = (usage.input ?? .zero) + part }
      }
    }
    addThoughtsOnlyTheTotalCounts(to: &usage)
    return usage
  }

  /// Gemini's OpenAI endpoint leaves thoughts out of completion_tokens and counts them in total_tokens alone, but bills
  /// them as output (ai.google.dev/gemini-api/docs/openai and /thinking).
  private static func addThoughtsOnlyTheTotalCounts(to usage: inout Usage) {
    guard let input = usage.input, let output = usage.output, let total = usage.reportedTotal, total > input + output
    else { return }
    usage.reasoning = usage.reasoning ?? (total - input - output)
    usage.output = total - input
  }

  private static func detail(_ field: Field?, in text: Span<UInt8>) -> FieldTable<Detail>? {
    guard let value = field?.value, value.kind == .object else { return nil }
    return try? details.scan(text, in: value.range)
  }

  private static func longCacheWrites(_ field: Field?, in text: Span<UInt8>) -> TokenCount? {
    guard let value = field?.value, value.kind == .object, let table = try? lifetimes.scan(text, in: value.range),
      let number = (table[.anthropic] ?? table[.openAI])?.value.integer(in: text), number >= 0
    else { return nil }
    return TokenCount(number)
  }
}

extension ReportedUsage {
  /// The same of a value that was parsed already; nil where there is none.
  package static func read(_ value: JSONValue?) -> Usage? { value.flatMap { read($0.bytes.span) } }
}
