// OpenAIUsage: the tokens of a reply, in the words of chat completions and of responses.

import Conversation
import Exchange
import Hub
import JSON

/// The names of one of OpenAI's two dialects. Numbers that are negative or none are absent: a reply is never refused for
/// how it counts.
package struct OpenAIUsage {
  package let input: StaticString
  package let output: StaticString

  package static let chat = OpenAIUsage(input: "prompt_tokens", output: "completion_tokens")
  package static let responses = OpenAIUsage(input: "input_tokens", output: "output_tokens")

  /// nil where nothing was reported.
  package func read(_ value: JSONValue?) -> Usage? {
    guard let value, value.kind == .object else { return nil }
    var usage = Usage()
    usage.input = value.tokens("\(input)")
    usage.output = value.tokens("\(output)")
    usage.reportedTotal = value.tokens("total_tokens")
    if usage.input == nil, usage.output == nil, usage.reportedTotal == nil { return nil }
    let inputs = value["\(input)_details"]
    // DeepSeek's name, then Moonshot's and Together's, then that of gateways before Anthropic.
    usage.cachedInput =
      inputs?.tokens("cached_tokens") ?? value.tokens("prompt_cache_hit_tokens") ?? value.tokens("cached_tokens")
      ?? value.tokens("cache_read_input_tokens")
    usage.cacheCreationInput = inputs?.tokens("cache_write_tokens") ?? value.tokens("cache_creation_input_tokens")
    usage.longCacheCreationInput = inputs?["cache_write_tokens_details"]?.tokens("ttl_12h_tokens")
    usage.audioInput = inputs?.tokens("audio_tokens")
    let outputs = value["\(output)_details"]
    usage.reasoning = outputs?.tokens("reasoning_tokens")
    usage.audioOutput = outputs?.tokens("audio_tokens")
    addThoughtsOnlyTheTotalCounts(to: &usage)
    return usage
  }

  /// Gemini's OpenAI endpoint counts thoughts in the total alone, and bills them as output
  /// (ai.google.dev/gemini-api/docs/openai).
  private func addThoughtsOnlyTheTotalCounts(to usage: inout Usage) {
    guard let input = usage.input, let output = usage.output, let total = usage.reportedTotal, total > input + output
    else { return }
    usage.reasoning = usage.reasoning ?? (total - input - output)
    usage.output = total - input
  }

  package func write(_ usage: Usage, to writer: inout JSONWriter) {
    let input = usage.input ?? .zero
    let output = usage.output ?? .zero
    writer.beginObject()
    writer.member(self.input, input.value)
    writer.member(self.output, output.value)
    writer.member("total_tokens", (input + output).value)
    writeDetails(self.input, to: &writer) { details in
      details.member("cached_tokens", (usage.cachedInput ?? .zero).value)
      // OpenAI's SDK for responses will have it, that for chat completions need not.
      details.member("cache_write_tokens", ifGiven: usage.cacheCreationInput?.value ?? (isChat ? nil : 0))
      details.member("audio_tokens", ifGiven: usage.audioInput?.value)
      guard let long = usage.longCacheCreationInput else { return }
      details.object("cache_write_tokens_details") {
        $0.member("ttl_30m_tokens", ((usage.cacheCreationInput ?? long) - long).value)
        $0.member("ttl_12h_tokens", long.value)
      }
    }
    writeDetails(self.output, to: &writer) { details in
      details.member("reasoning_tokens", (usage.reasoning ?? .zero).value)
      details.member("audio_tokens", ifGiven: usage.audioOutput?.value)
    }
    writer.endObject()
  }

  private var isChat: Bool { input.utf8CodeUnitCount == Self.chat.input.utf8CodeUnitCount }

  private func writeDetails(
    _ name: StaticString, to writer: inout JSONWriter, _ members: (inout JSONWriter) -> Void
  ) {
    writer.name(anyOf: "\(name)_details")
    writer.object(members)
  }
}

extension JSONValue {
  /// A count of tokens; nil where there is none that could be.
  fileprivate func tokens(_ name: String) -> TokenCount? {
    guard let number = self[name]?.integer, number >= 0 else { return nil }
    return TokenCount(number)
  }
}
