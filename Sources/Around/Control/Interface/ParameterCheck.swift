// ParameterCheck: holds what a caller sent against what the interface says it takes.

import JSON

extension InterfaceDefinition {
  /// The path of the first parameter that is missing, unknown or not of its type: `wishes[3].needs`; nil when all are
  /// right. `method` is one of this interface's.
  public func mistake(in parameters: JSONValue, of method: String) -> String? {
    precondition(methods[method] != nil, "\(name) has no method \(method)")
    return mistake(in: parameters, as: methods[method]!.parameters)
  }

  /// The same for what a method answers.
  func mistake(in results: JSONValue, answeredBy method: String) -> String? {
    mistake(in: results, as: methods[method]!.results)
  }

  /// The same for what an error carries.
  func mistake(in parameters: JSONValue, ofError error: String) -> String? {
    guard let type = errors[error] else { return error }
    return mistake(in: parameters, as: type)
  }

  /// The way from `value` to its first mistake: empty when it is wrong itself, nil when there is none. As deep as the
  /// value, which the decoder has bounded.
  private func mistake(in value: JSONValue, as type: InterfaceType) -> String? {
    switch type {
    case .bool: value.kind == .boolean ? nil : ""
    case .int: value.integer != nil ? nil : ""
    case .float: value.double != nil ? nil : ""
    case .string: value.kind == .string ? nil : ""
    case .object: value.kind == .object ? nil : ""
    case .optional(let wrapped): value.isNull ? nil : mistake(in: value, as: wrapped)
    case .named(let name): mistake(in: value, as: types[name]!)
    case .enumeration(let words): value.string.map(words.contains) == true ? nil : ""
    case .array(let element): mistake(inElementsOf: value, as: element)
    case .dictionary(let element): mistake(inValuesOf: value, as: element)
    case .structure(let fields): mistake(inFieldsOf: value, as: fields)
    }
  }

  private func mistake(inElementsOf value: JSONValue, as type: InterfaceType) -> String? {
    guard let elements = value.elements else { return "" }
    for (index, element) in elements.enumerated() {
      if let inner = mistake(in: element, as: type) { return path("[\(index)]", inner) }
    }
    return nil
  }

  private func mistake(inValuesOf value: JSONValue, as type: InterfaceType) -> String? {
    guard let members = value.members else { return "" }
    for member in members {
      if let inner = mistake(in: member.value, as: type) {
        return path("[\(member.name.prefix(ControlLimits.nameCharactersMax))]", inner)
      }
    }
    return nil
  }

  private func mistake(inFieldsOf value: JSONValue, as fields: [String: InterfaceType]) -> String? {
    guard let members = value.members else { return "" }
    for member in members {
      guard let type = fields[member.name] else { return String(member.name.prefix(ControlLimits.nameCharactersMax)) }
      if let inner = mistake(in: member.value, as: type) { return path(member.name, inner) }
    }
    // Names come sorted, so that the same call is always refused with the same words.
    if members.count == fields.count { return nil }
    return fields.keys.sorted().first { !fields[$0]!.isOptional && value[$0] == nil }
  }

  private func path(_ outer: String, _ inner: String) -> String {
    inner.isEmpty || inner.hasPrefix("[") ? outer + inner : "\(outer).\(inner)"
  }
}
