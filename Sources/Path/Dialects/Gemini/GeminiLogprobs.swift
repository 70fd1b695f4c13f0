// GeminiLogprobs: `logprobsResult` (ai.google.dev/api/generate-content#LogprobsResult) and OpenAI's `logprobs`, which
// the hub keeps.

import Hub
import JSON

enum GeminiLogprobs {
  static func read(_ result: JSONValue, at path: String) throws(ShapeFault) -> JSONValue {
    let chosen = try result.objects("chosenCandidates", in: path) ?? []
    let top = try result.objects("topCandidates", in: path) ?? []
    var tokens: [JSONValue] = []
    tokens.reserveCapacity(chosen.count)
    for (index, candidate) in chosen.enumerated() {
      var members = try token(candidate, at: "\(path).chosenCandidates[\(index)]")
      var alternatives: [JSONValue] = []
      if index < top.count {
        let here = "\(path).topCandidates[\(index)]"
        for candidate in try top[index].objects("candidates", in: here) ?? [] {
          alternatives.append(.object(try token(candidate, at: here + ".candidates[]")))
        }
      }
      members.append(("top_logprobs", .array(alternatives)))
      tokens.append(.object(members))
    }
    return .object([("content", .array(tokens)), ("refusal", .null)])
  }

  private static func token(
    _ candidate: JSONValue, at path: String
  ) throws(ShapeFault) -> [(name: String, value: JSONValue)] {
    let text = try candidate.string("token", in: path) ?? ""
    return [
      ("token", .string(text)), ("logprob", .double(try candidate.double("logProbability", in: path) ?? 0)),
      ("bytes", .array(text.utf8.map { .integer(Int64($0)) })),
    ]
  }

  /// Writes `logprobsResult`; what is no token of OpenAI's shape is passed over.
  static func write(_ logprobs: JSONValue, to json: inout JSONWriter) {
    guard let tokens = logprobs["content"]?.elements else { return }
    json.object("logprobsResult") { json in
      json.array("chosenCandidates", of: tokens) { json, token in write(token: token, to: &json) }
      json.array("topCandidates", of: tokens) { json, token in
        json.object { json in
          json.array("candidates", of: token["top_logprobs"]?.elements ?? []) { json, token in
            write(token: token, to: &json)
          }
        }
      }
    }
  }

  private static func write(token: JSONValue, to json: inout JSONWriter) {
    json.object { json in
      json.member("token", ifGiven: token["token"]?.string)
      json.member("logProbability", ifGiven: token["logprob"]?.double)
    }
  }
}
