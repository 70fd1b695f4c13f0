// CohereChat+Usage: what a reply cost. `billed_units` is what is paid for, `tokens` what the model saw
// (docs.cohere.com/docs/usage).

import Exchange
import Hub
import JSON

extension CohereChat {
  static func usage(_ value: JSONValue, at path: String) throws(ShapeFault) -> Usage? {
    let billed = try value.object("billed_units", in: path)
    let seen = try value.object("tokens", in: path)
    func count(_ name: String) throws(ShapeFault) -> TokenCount? {
      if let count = try billed?.tokens(name, in: path + ".billed_units") { return count }
      return try seen?.tokens(name, in: path + ".tokens")
    }
    var usage = Usage(input: try count("input_tokens"), output: try count("output_tokens"))
    if usage.input == nil, usage.output == nil { return nil }
    // Cached tokens are among those the model saw, of which not all may be billed.
    if let cached = try value.tokens("cached_tokens", in: path), cached <= usage.input ?? .zero {
      usage.cachedInput = cached
    }
    return usage
  }

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
