// BedrockUsage+Writing: `usage` as an agent of Bedrock's gets it.

import Exchange
import JSON

extension BedrockUsage {
  /// The members of a `usage` object; those that are always there are 0 where nobody knows them.
  static func write(_ usage: Usage?, to json: inout JSONWriter) {
    let read = usage?.cachedInput?.value
    let written = usage?.cacheCreationInput?.value
    let input = saturatingDifference(usage?.input?.value ?? 0, saturatingSum(read ?? 0, written ?? 0))
    json.member("inputTokens", max(0, input))
    json.member("outputTokens", usage?.output?.value ?? 0)
    json.member("totalTokens", saturatingSum(usage?.input?.value ?? 0, usage?.output?.value ?? 0))
    json.member("cacheReadInputTokens", ifGiven: read)
    json.member("cacheWriteInputTokens", ifGiven: written)
    guard let long = usage?.longCacheCreationInput?.value, let written else { return }
    let lifetimes = [("1h", long), ("5m", max(0, saturatingDifference(written, long)))].filter { $0.1 > 0 }
    json.array("cacheDetails", of: lifetimes) { json, lifetime in
      json.object { json in
        json.member("ttl", lifetime.0)
        json.member("inputTokens", lifetime.1)
      }
    }
  }
}
