// ResponseMembers: what a response repeats of its request (`Response` of OpenAI's SDK), and what it says where the request
// says nothing.

import Bytes
import Hub
import JSON

enum ResponseMembers {
  /// In JSON.
  private static let usual: [(name: StaticString, text: StaticString)] = [
    ("background", "false"), ("instructions", "null"), ("max_output_tokens", "null"), ("max_tool_calls", "null"),
    ("metadata", "{}"), ("parallel_tool_calls", "true"), ("previous_response_id", "null"),
    ("prompt_cache_key", "null"), ("prompt_cache_retention", "null"), ("safety_identifier", "null"),
    ("temperature", "1.0"), ("tool_choice", "\"auto\""), ("tools", "[]"), ("top_logprobs", "0"), ("top_p", "1.0"),
    ("truncation", "\"disabled\""), ("user", "null"),
  ]

  /// Members that are objects, which are told whole although the request need not be.
  private static let usualObjects: [(name: StaticString, members: [(name: StaticString, text: StaticString)])] = [
    ("reasoning", [("effort", "null"), ("summary", "null")]),
    ("text", [("format", "{\"type\":\"text\"}"), ("verbosity", "\"medium\"")]),
  ]

  /// What of a request is repeated.
  static func asked(of request: JSONValue) -> JSONValue {
    let names = usual.map(\.name) + usualObjects.map(\.name)
    return .object(names.compactMap { name in request.given("\(name)").map { ("\(name)", $0) } })
  }

  static func write(_ asked: JSONValue?, to response: inout JSONWriter) {
    write(usual, asked, to: &response)
    for (name, members) in usualObjects {
      response.object(name) { write(members, asked?["\(name)"], to: &$0) }
    }
    // Nobody could ask for it later.
    response.member("store", false)
  }

  private static func write(
    _ members: [(name: StaticString, text: StaticString)], _ asked: JSONValue?, to object: inout JSONWriter
  ) {
    for (name, text) in members {
      object.name(name)
      if let value = asked?.given("\(name)") { object.value(value) } else { object.text(ByteSlice("\(text)")) }
    }
  }
}
