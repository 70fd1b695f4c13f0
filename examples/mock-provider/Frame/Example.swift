// Example: a value that fits a JSON schema, the same each time: arguments of tools, and structured answers.

import Bytes
import JSON

enum Example {
  /// Deeper than this a schema is taken to go on for ever.
  private static let depthMax = 8

  static func text(of schema: JSONValue?) -> ByteSlice {
    var text = ByteBuffer()
    value(of: schema, in: schema, depth: 0).write(into: &text)
    return text.take()
  }

  private static func value(of schema: JSONValue?, in root: JSONValue?, depth: Int) -> JSONValue {
    if depth > depthMax { return [:] }
    if let constant = schema?["const"] { return constant }
    if let first = schema?["enum"]?[0] { return first }
    if let first = schema?["anyOf"]?[0] { return value(of: first, in: root, depth: depth + 1) }
    if let path = schema?["$ref"]?.string, let target = definition(path, in: root) {
      return value(of: target, in: root, depth: depth + 1)
    }
    // Gemini spells types in capitals; a list of types is any of them.
    switch (schema?["type"]?.string ?? schema?["type"]?[0]?.string)?.lowercased() {
    case "string": return "text"
    case "integer": return 1
    case "number": return .double(1.5)
    case "boolean": return true
    case "array": return [value(of: schema?["items"], in: root, depth: depth + 1)]
    case "null": return .null
    default:
      let properties = schema?["properties"]?.members ?? []
      return .object(properties.map { ($0.name, value(of: $0.value, in: root, depth: depth + 1)) })
    }
  }

  /// `#/$defs/Person` and its like.
  private static func definition(_ path: String, in root: JSONValue?) -> JSONValue? {
    guard path.hasPrefix("#/") else { return nil }
    return path.dropFirst(2).split(separator: "/").reduce(root) { $0?[String($1)] }
  }
}
