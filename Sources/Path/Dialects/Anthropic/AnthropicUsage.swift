// AnthropicUsage: a `usage` object as an agent of Anthropic's gets it (platform.claude.com/docs/en/api/messages#usage). What was
// read from the cache and written to it stands beside `input_tokens`, not inside.

import Exchange
import JSON

enum AnthropicUsage {
  /// The members of a `usage` object. Those that every SDK expects are 0 where nobody knows them.
  static func write(_ usage: Usage?, to json: inout JSONWriter) {
    let read = usage?.cachedInput?.value
    let written = usage?.cacheCreationInput?.value
    let input = saturatingDifference(usage?.input?.value ?? 0, saturatingSum(read ?? 0, written ?? 0))
    json.member("input_tokens", max(0, input))
    json.member("cache_creation_input_tokens", ifGiven: written)
    json.member("cache_read_input_tokens", ifGiven: read)
    if let long = usage?.longCacheCreationInput?.value, let written {
      json.object("cache_creation") { json in
        json.member("ephemeral_5m_input_tokens", max(0, saturatingDifference(written, long)))
        json.member("ephemeral_1h_input_tokens", long)
      }
    }
    json.member("output_tokens", usage?.output?.value ?? 0)
    if let thinking = usage?.reasoning?.value {
      json.object("output_tokens_details") { $0.member("thinking_tokens", thinking) }
    }
  }
}
