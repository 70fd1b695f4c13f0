// HeldSchema: what a schema must be so that an answer or a call is held to it, as OpenAI and as Claude want it.

import JSON

enum HeldSchema {
  /// The complaint of OpenAI: every object closed, every property required, and no keyword that it cannot hold to.
  /// https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
  static func complaintOfOpenAI(_ schema: JSONValue) -> String? {
    for name in [
      "allOf", "oneOf", "not", "if", "default", "patternProperties", "minLength", "maxLength", "uniqueItems",
    ]
    where schema[name] != nil { return "'\(name)' is not permitted." }
    if isObject(schema) {
      guard schema["additionalProperties"]?.bool == false else {
        return "'additionalProperties' is required to be supplied and to be false."
      }
      let required = schema["required"]?.elements?.compactMap(\.string) ?? []
      for property in schema["properties"]?.members ?? [] where !required.contains(property.name) {
        return
          "'required' is required to be supplied and to include every key in properties. Missing '\(property.name)'."
      }
    }
    return first(in: schema, complaintOfOpenAI)
  }

  /// The complaint of Claude: every object closed, and nothing bounded.
  /// https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
  static func complaintOfClaude(_ schema: JSONValue) -> String? {
    let bounds = [
      "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "maxItems",
      "uniqueItems", "oneOf",
    ]
    for name in bounds where schema[name] != nil {
      return "For '\(schema["type"]?.string ?? "any")' type, property '\(name)' is not supported"
    }
    if let least = schema["minItems"]?.integer, least > 1 {
      return "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    }
    if isObject(schema), schema["additionalProperties"]?.bool != false {
      return "For 'object' type, 'additionalProperties' must be explicitly set to false"
    }
    return first(in: schema, complaintOfClaude)
  }

  private static func isObject(_ schema: JSONValue) -> Bool {
    schema["type"]?.string == "object" || schema["type"]?.elements?.contains { $0.string == "object" } == true
  }

  /// The first complaint about a schema inside of this one.
  private static func first(in schema: JSONValue, _ complaint: (JSONValue) -> String?) -> String? {
    var inner: [JSONValue] = []
    for name in ["properties", "$defs", "definitions"] { inner += schema[name]?.members?.map(\.value) ?? [] }
    for name in ["anyOf", "allOf"] { inner += schema[name]?.elements ?? [] }
    if let items = schema["items"] { inner.append(items) }
    for schema in inner {
      if let complaint = complaint(schema) { return complaint }
    }
    return nil
  }
}

extension Fields {
  func checkStrict() throws(Refusal) {
    if let complaint = HeldSchema.complaintOfOpenAI(value) { throw fault(complaint) }
  }

  func checkHeldByClaude() throws(Refusal) {
    if let complaint = HeldSchema.complaintOfClaude(value) { throw fault(complaint) }
  }
}
