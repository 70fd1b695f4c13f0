// Specimens: calls that are well, made from what the interface says of each method.

import JSON

@testable import Control

/// Makes values of the interface's types: every kind of field, absent and present, in any mixture.
struct Specimens {
  let interface = InterfaceDefinition.control
  var dice: MutationTests.Dice

  /// A call of `method`, as a client writes it.
  mutating func message(of method: String) -> [UInt8] {
    let parameters = value(of: interface.methods[method]!.parameters)
    let call = VarlinkCall("\(interface.name).\(method)", parameters, wantsMore: Bool.random(using: &dice))
    let message = call.encoded
    // SAFETY: the slice is kept while its bytes are copied.
    return unsafe Array(message.unsafeBytes)
  }

  private mutating func value(of type: InterfaceType) -> JSONValue {
    switch type {
    case .bool: return .bool(Bool.random(using: &dice))
    case .int: return .integer([0, -1, 1, 7, 1_700_000_000_000, .max, .min].randomElement(using: &dice)!)
    case .float: return .double([0.5, -1e300, 3].randomElement(using: &dice)!)
    case .string:
      return .string(["", "team", "t\u{e4}\"m\\\u{0}{[", "gpt-4o", "10M tokens/day"].randomElement(using: &dice)!)
    case .object: return ["budgets": ["a": .null, "b": ["limit": "$100/day", "list": [1, [2, [3]]]]]]
    case .optional(let wrapped): return Bool.random(using: &dice) ? value(of: wrapped) : .null
    case .named(let name): return value(of: interface.types[name]!)
    case .enumeration(let words): return .string(words.sorted().randomElement(using: &dice)!)
    case .array(let element):
      return .array((0..<Int.random(in: 0...2, using: &dice)).map { _ in value(of: element) })
    case .dictionary(let element): return ["key": value(of: element)]
    case .structure(let fields):
      var members: [(name: String, value: JSONValue)] = []
      for name in fields.keys.sorted() where !fields[name]!.isOptional || Bool.random(using: &dice) {
        members.append((name, value(of: fields[name]!)))
      }
      return .object(members)
    }
  }
}
