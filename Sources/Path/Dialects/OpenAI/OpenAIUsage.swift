// OpenAIUsage: the tokens of a reply, in the words of chat completions and of responses.

import Conversation
import Exchange
import Hub
import JSON

/// The names of one of OpenAI's two dialects.
package struct OpenAIUsage {
  package let input: StaticString
  package let output: StaticString

  package static let chat = OpenAIUsage(input: "prompt_tokens", output: "completion_tokens")
  package static let responses = OpenAIUsage(input: "input_tokens", output: "output_tokens")

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
