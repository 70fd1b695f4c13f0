// ClaudeSchema: a schema of arguments for providers that want one of an object, always.

import Conversation
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

  /// The schema that calls of a strict tool are held to; nil for a tool that is not strict, and for one whose schema cannot
  /// be held to, which is then only shown.
  package static func held(_ tool: Tool, losses: inout Losses) -> JSONValue? {
    guard tool.isStrict == true else { return nil }
    guard let parameters = tool.parameters, parameters.count > 0 else {
      return ["type": "object", "properties": [:], "additionalProperties": false]
    }
    let subset = ClaudeSubset(parameters["type"] == nil ? typed(parameters) : parameters)
    if subset?.isApproximate ?? true { losses.approximate(.strictTools) }
    return subset?.schema
  }

  /// The schema that an answer is held to; nil where it cannot be.
  package static func held(_ wanted: AnswerSchema, losses: inout Losses) -> JSONValue? {
    let subset = ClaudeSubset(wanted.schema)
    if subset?.isApproximate == true || !wanted.isStrict { losses.approximate(.schema) }
    return subset?.schema
  }

  private static func typed(_ schema: JSONValue) -> JSONValue {
    .object([("type", "object")] + (schema.members ?? []))
  }
}
