// GeminiSchema: Google's own schemas (ai.google.dev/api/caching#Schema) as JSON schemas.

import Hub
import JSON

/// They are OpenAPI's: types in capitals, `nullable` in the place of a second type, counts as strings of digits.
enum GeminiSchema {
  /// Throws for a schema that is no object, and for one whose parts are none.
  static func jsonSchema(of schema: JSONValue, at path: String) throws(ShapeFault) -> JSONValue {
    guard let members = schema.members else { throw ShapeFault(path: path, problem: "must be an object") }
    var result: [(name: String, value: JSONValue)] = []
    result.reserveCapacity(members.count)
    var isNullable = false
    for (name, value) in members where !value.isNull {
      let here = path + "." + name
      switch name {
      case "type": if let type = try type(of: value, at: here) { result.append((name, type)) }
      case "nullable": isNullable = value.bool ?? false
      case "properties", "defs", "$defs":
        result.append((name == "properties" ? name : "$defs", try map(value, at: here)))
      case "items": result.append((name, try jsonSchema(of: value, at: here)))
      case "anyOf", "any_of", "oneOf", "allOf", "prefixItems":
        result.append((name == "any_of" ? "anyOf" : name, try list(value, at: here)))
      case "additionalProperties", "additional_properties":
        result.append(
          ("additionalProperties", value.kind == .object ? try jsonSchema(of: value, at: here) : value))
      case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties", "min_items",
        "max_items", "min_length", "max_length", "min_properties", "max_properties":
        result.append((camel(name), count(value)))
      case "example": result.append(("examples", .array([value])))
      case "ref": result.append(("$ref", value))
      // The order in which to write members, and a marker of Google's for enumerations: no JSON schema has them.
      case "propertyOrdering", "property_ordering": break
      case "format" where value.string == "enum": break
      default: result.append((name, value))
      }
    }
    return .object(isNullable ? nullable(result) : result)
  }

  private static func type(of value: JSONValue, at path: String) throws(ShapeFault) -> JSONValue? {
    if value.kind == .array { return value }
    guard let name = value.string else { throw ShapeFault(path: path, problem: "must be a string") }
    return name == "TYPE_UNSPECIFIED" ? nil : .string(name.lowercased())
  }

  private static func map(_ value: JSONValue, at path: String) throws(ShapeFault) -> JSONValue {
    guard let members = value.members else { throw ShapeFault(path: path, problem: "must be an object") }
    var result: [(name: String, value: JSONValue)] = []
    for (name, value) in members { result.append((name, try jsonSchema(of: value, at: path + "." + name))) }
    return .object(result)
  }

  private static func list(_ value: JSONValue, at path: String) throws(ShapeFault) -> JSONValue {
    guard let elements = value.elements else { throw ShapeFault(path: path, problem: "must be an array") }
    var result: [JSONValue] = []
    for (index, element) in elements.enumerated() {
      result.append(try jsonSchema(of: element, at: "\(path)[\(index)]"))
    }
    return .array(result)
  }

  private static func count(_ value: JSONValue) -> JSONValue {
    value.string.flatMap { Int64($0) }.map { .integer($0) } ?? value
  }

  private static func camel(_ name: String) -> String {
    guard let place = name.firstIndex(of: "_") else { return name }
    let rest = name[name.index(after: place)...]
    return name[..<place] + rest.prefix(1).uppercased() + rest.dropFirst()
  }

  private static func nullable(
    _ members: [(name: String, value: JSONValue)]
  ) -> [(name: String, value: JSONValue)] {
    members.map { member in
      switch member.name {
      case "type" where member.value.kind == .string: (member.name, .array([member.value, "null"]))
      case "enum": (member.name, .array((member.value.elements ?? []) + [.null]))
      case "anyOf": (member.name, .array((member.value.elements ?? []) + [["type": "null"]]))
      default: member
      }
    }
  }
}
