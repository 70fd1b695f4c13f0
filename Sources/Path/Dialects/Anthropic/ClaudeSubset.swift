// ClaudeSubset: a schema in the part of JSON Schema that answers and strict tools of Claude's can be held to.

import Hub
import JSON

/// As platform.claude.com/docs/en/build-with-claude/structured-outputs and docs.aws.amazon.com/bedrock/latest/userguide/
/// structured-output.html have it: objects are closed, and what bounds a value is not looked at, so it is said in words, as
/// Anthropic's own SDKs do.
package struct ClaudeSubset {
  package let schema: JSONValue
  /// Bounds were put into words.
  package private(set) var isApproximate = false

  private static let formats: Set = [
    "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid",
  ]

  /// nil where the schema means what no closed schema does: members of any name, or itself.
  package init?(_ schema: JSONValue) {
    var walk = Walk()
    guard !Self.isRecursive(schema), let closed = walk.closed(schema, depth: 0) else { return nil }
    self.schema = closed
    isApproximate = walk.hasMoved
  }

  private struct Walk {
    var hasMoved = false

    /// nil where it cannot be closed.
    mutating func closed(_ schema: JSONValue, depth: Int) -> JSONValue? {
      guard let members = schema.members else { return schema.kind == .boolean ? schema : nil }
      if depth > Limits.depthMax { return nil }
      var kept: [(name: String, value: JSONValue)] = []
      var moved: [String] = []
      for (name, value) in members {
        switch name {
        case "type", "const", "title", "default", "required", "description", "$ref": kept.append((name, value))
        case "enum" where !(value.elements ?? []).contains { $0.kind == .object || $0.kind == .array }:
          kept.append((name, value))
        case "format" where ClaudeSubset.formats.contains(value.string ?? ""): kept.append((name, value))
        case "minItems" where value.integer == 0 || value.integer == 1: kept.append((name, value))
        case "properties", "$defs", "definitions":
          guard let inner = map(value, depth: depth) else { return nil }
          kept.append((name, inner))
        case "items" where value.kind == .object:
          guard let inner = closed(value, depth: depth + 1) else { return nil }
          kept.append((name, inner))
        case "anyOf", "allOf", "oneOf":
          guard let inner = list(value, depth: depth) else { return nil }
          kept.append((name == "oneOf" ? "anyOf" : name, inner))
        case "additionalProperties":
          if value.kind == .object, schema["properties"] == nil { return nil }
        case "$schema", "$id", "$comment": break
        default: moved.append("\(name): \(value.string ?? value.text)")
        }
      }
      if Self.isObject(schema) {
        if schema["properties"] == nil { return nil }
        kept.append(("additionalProperties", false))
      }
      return .object(moved.isEmpty ? kept : saying(moved, in: kept))
    }

    private mutating func saying(
      _ moved: [String], in kept: [(name: String, value: JSONValue)]
    ) -> [(name: String, value: JSONValue)] {
      hasMoved = true
      let words = "{" + moved.joined(separator: ", ") + "}"
      let said = kept.first { $0.name == "description" }?.value.string
      return kept.filter { $0.name != "description" }
        + [("description", .string(said.map { $0 + "\n\n" + words } ?? words))]
    }

    private mutating func map(_ value: JSONValue, depth: Int) -> JSONValue? {
      guard let members = value.members else { return nil }
      var result: [(name: String, value: JSONValue)] = []
      for (name, value) in members {
        guard let inner = closed(value, depth: depth + 1) else { return nil }
        result.append((name, inner))
      }
      return .object(result)
    }

    private mutating func list(_ value: JSONValue, depth: Int) -> JSONValue? {
      guard let elements = value.elements else { return nil }
      var result: [JSONValue] = []
      for element in elements {
        guard let inner = closed(element, depth: depth + 1) else { return nil }
        result.append(inner)
      }
      return .array(result)
    }

    private static func isObject(_ schema: JSONValue) -> Bool {
      let type = schema["type"]
      if type?.string == "object" || schema["properties"] != nil { return true }
      return type?.elements?.contains { $0.string == "object" } ?? false
    }
  }

  private enum Limits {
    static let depthMax = 100
  }

  // MARK: references

  /// Whether a definition holds itself, or something stands outside of the schema.
  private static func isRecursive(_ schema: JSONValue) -> Bool {
    var definitions: [String: [String]] = [:]
    for place in ["$defs", "definitions"] {
      for (name, value) in schema[place]?.members ?? [] { definitions["#/\(place)/\(name)"] = references(in: value) }
    }
    for reference in references(in: schema) where definitions[reference] == nil { return true }
    // What is left when those that hold nothing that is left are taken away, again and again, holds itself.
    while let leaf = definitions.first(where: { $0.value.allSatisfy { definitions[$0] == nil } }) {
      definitions[leaf.key] = nil
    }
    return !definitions.isEmpty
  }

  private static func references(in value: JSONValue) -> [String] {
    if let elements = value.elements { return elements.flatMap { references(in: $0) } }
    guard let members = value.members else { return [] }
    return members.flatMap { member -> [String] in
      if member.name == "$ref", let text = member.value.string { return [text] }
      return references(in: member.value)
    }
  }
}
