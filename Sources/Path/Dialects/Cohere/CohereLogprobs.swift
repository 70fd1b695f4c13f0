// CohereLogprobs: Cohere's log probabilities, of pieces of text that may be several tokens, and OpenAI's, which the hub
// keeps.

import Hub
import JSON

enum CohereLogprobs {
  /// A piece of several tokens is one token of the sum of their logarithms.
  static func read(_ items: [JSONValue], at path: String = "logprobs") throws(ShapeFault) -> JSONValue {
    var tokens: [JSONValue] = []
    for (index, item) in items.enumerated() {
      let here = "\(path)[\(index)]"
      let text = try item.string("text", in: here) ?? ""
      let sum = (try item.array("logprobs", in: here) ?? []).reduce(0) { $0 + ($1.double ?? 0) }
      tokens.append(
        .object([
          ("token", .string(text)), ("logprob", .double(sum.isFinite ? sum : 0)),
          ("bytes", .array(text.utf8.map { .integer(Int64($0)) })), ("top_logprobs", []),
        ]))
    }
    return .object([("content", .array(tokens)), ("refusal", .null)])
  }

  /// Writes one item for each token; their numbers are not known, so there are none.
  static func write(_ token: JSONValue, to json: inout JSONWriter) {
    json.object { json in
      json.member("text", token["token"]?.string ?? "")
      json.array("token_ids", of: [Int64]()) { $0.integer($1) }
      json.array("logprobs", of: [token["logprob"]?.double ?? 0]) { $0.double($1) }
    }
  }
}
