// BedrockUsage: a `usage` object (API_runtime_TokenUsage.html). As with Anthropic, what was read from the cache and written
// to it stands beside `inputTokens`.

import Anthropic
import Exchange
import Hub
import JSON

enum BedrockUsage {
  /// nil where nothing is reported.
  static func usage(_ value: JSONValue?) -> Usage? {
    func count(_ value: JSONValue?) -> TokenCount? {
      guard let number = value?.integer, number >= 0 else { return nil }
      return TokenCount(number)
    }
    guard let value, value.kind == .object else { return nil }
    let input = count(value["inputTokens"])
    var usage = Usage(output: count(value["outputTokens"]))
    if input == nil, usage.output == nil { return nil }
    usage.cachedInput = count(value["cacheReadInputTokens"])
    usage.cacheCreationInput = count(value["cacheWriteInputTokens"])
    usage.input = [input, usage.cachedInput, usage.cacheCreationInput].compactMap(\.self).reduce(nil) { sum, part in
      (sum ?? .zero) + part
    }
    for detail in value["cacheDetails"]?.elements ?? [] where detail["ttl"]?.string == "1h" {
      usage.longCacheCreationInput = count(detail["inputTokens"])
    }
    return usage
  }

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
