// ClaudeSchema: a schema of arguments for providers that want one of an object, always.

import Hub
import JSON

package enum ClaudeSchema {
  /// No schema takes no arguments; one that does not say so is of an object all the same.
  package static func write(_ schema: JSONValue?, to json: inout JSONWriter) {
    guard let schema, schema.kind == .object else {
      json.object { json in
        json.member("type", "object")
        json.object("properties") { _ in }
      }
      return
    }
    if schema["type"] != nil { return json.value(schema) }
    json.object { json in
      json.member("type", "object")
      for member in schema.members ?? [] {
        json.name(anyOf: member.name)
        json.value(member.value)
      }
    }
  }
}
