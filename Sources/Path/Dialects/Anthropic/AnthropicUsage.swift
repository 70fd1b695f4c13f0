// AnthropicUsage: a `usage` object (platform.claude.com/docs/en/api/messages#usage). What was read from the cache and
// written to it stands beside `input_tokens`, not inside.

import Exchange
import Hub
import JSON

/// What has been reported so far: later reports replace what they name and leave the rest.
struct AnthropicUsage {
  private var input: Int64?
  private var read: Int64?
  private var written: Int64?
  private var writtenLong: Int64?
  private var output: Int64?
  private var thinking: Int64?

  init() {}

  mutating func take(_ value: JSONValue?) {
    guard let value, value.kind == .object else { return }
    func count(_ value: JSONValue?) -> Int64? {
      guard let number = value?.integer, number >= 0 else { return nil }
      return number
    }
    input = count(value["input_tokens"]) ?? input
    read = count(value["cache_read_input_tokens"]) ?? read
    written = count(value["cache_creation_input_tokens"]) ?? written
    writtenLong = count(value["cache_creation"]?["ephemeral_1h_input_tokens"]) ?? writtenLong
    output = count(value["output_tokens"]) ?? output
    thinking = count(value["output_tokens_details"]?["thinking_tokens"]) ?? thinking
  }

  /// nil while nothing was reported.
  var usage: Usage? {
    if input == nil, output == nil { return nil }
    var usage = Usage()
    usage.input = [input, read, written].compactMap { $0.map { TokenCount($0) } }.reduce(nil) { ($0 ?? .zero) + $1 }
    usage.output = output.map { TokenCount($0) }
    usage.cachedInput = read.map { TokenCount($0) }
    usage.cacheCreationInput = written.map { TokenCount($0) }
    usage.longCacheCreationInput = writtenLong.map { TokenCount($0) }
    usage.reasoning = thinking.map { TokenCount($0) }
    return usage
  }

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
