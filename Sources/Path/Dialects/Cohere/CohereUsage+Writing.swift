// CohereUsage+Writing: `usage` as an agent of Cohere's gets it.

import Exchange
import JSON

extension CohereUsage {
  static func write(_ usage: Usage, to json: inout JSONWriter) {
    json.object("usage") { json in
      for name in ["billed_units", "tokens"] as [StaticString] {
        json.object(name) { json in
          json.member("input_tokens", ifGiven: usage.input?.value)
          json.member("output_tokens", ifGiven: usage.output?.value)
        }
      }
      json.member("cached_tokens", ifGiven: usage.cachedInput?.value)
    }
  }
}
