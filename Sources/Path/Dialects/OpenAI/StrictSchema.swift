// StrictSchema: whether a schema is one that OpenAI's models can be held to.

import Hub
import JSON

/// developers.openai.com/api/docs/guides/structured-outputs#supported-schemas. A schema that does not fit is refused where
/// it is called strict; not strict, the model sees it all the same.
package enum StrictSchema {
  private enum Limits {
    static let nestingMax = 10
  }

  private static let formats: Set = [
    "date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid",
  ]

  package static func fits(_ schema: JSONValue) -> Bool {
    schema["type"]?.string == "object" && schema["anyOf"] == nil && fits(schema, nesting: 1)
  }

  private static func fits(_ schema: JSONValue, nesting: Int) -> Bool {
    guard let members = schema.members, nesting <= Limits.nestingMax else { return false }
    var isObject = false
    for (name, value) in members {
      switch name {
      case "type":
        isObject = value.string == "object" || value.elements?.contains { $0.string == "object" } == true
      case "title", "description", "enum", "const", "$schema", "pattern", "multipleOf", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "required":
        break
      case "format": if !formats.contains(value.string ?? "") { return false }
      case "$ref": if members.count > 1 { return false }
      case "additionalProperties": if value.bool != false { return false }
      case "properties", "$defs", "definitions":
        for member in value.members ?? [] where !fits(member.value, nesting: nesting + 1) { return false }
      case "items": if !fits(value, nesting: nesting + 1) { return false }
      case "anyOf": for element in value.elements ?? [] where !fits(element, nesting: nesting) { return false }
      default: return false
      }
    }
    return !isObject || isClosed(schema)
  }

  /// All members are named, and all of them required.
  private static func isClosed(_ schema: JSONValue) -> Bool {
    guard schema["additionalProperties"] != nil else { return false }
    let required = schema["required"]?.elements ?? []
    return (schema["properties"]?.members ?? []).allSatisfy { member in
      required.contains { $0.string == member.name }
    }
  }
}
