// RequestFields: the members of a request's body that count, read with the same care in every dialect.

import Bytes
import Exchange
import JSON

/// A longer name would stand in metrics and receipts for good.
private let modelNameBytesMax = 256

/// `null` counts as absent. Members that count and are given twice, or in other capitals, are refused: providers would not
/// agree on what they mean.
package struct RequestFields<Name: FieldName>: Sendable {
  package let body: ByteSlice
  package let table: FieldTable<Name>

  /// - Parameter nested: is told of members that stand deeper.
  /// - Throws: a 400 where the body is not one JSON object, or has a member twice.
  package init(
    _ body: ByteSlice, _ scanner: FieldScanner<Name>, noting nested: inout NestedMembers
  ) throws(Fault) {
    self.body = body
    do throws(JSONError) { table = try scanner.scan(body.span, noting: &nested) } catch {
      throw Self.invalid(nil, "The body is not a JSON object: \(error.description).", code: "invalid_json")
    }
    if let twice = table.firstDuplicated {
      throw Self.invalid(
        twice.rawValue, "\(twice.rawValue) is given twice; providers would not agree which one counts.")
    }
    if let position = nested.misspelled {
      let name = Array(Name.allCases)[position].rawValue
      throw Self.invalid(name, "A field is spelled as \(name) in other capitals; some servers would take it for that.")
    }
  }

  package subscript(name: Name) -> ScannedValue? {
    guard let value = table[name]?.value, value.kind != .null else { return nil }
    return value
  }

  package func present(_ name: Name, _ kind: JSONKind, _ expected: StaticString) throws(Fault) -> ScannedValue? {
    guard let value = self[name] else { return nil }
    if value.kind == kind { return value }
    throw Self.invalid(name.rawValue, "\(name.rawValue) must be \(expected).")
  }

  /// A count of at least 1.
  package func positive(_ name: Name, spelled: String? = nil) throws(Fault) -> Int64? {
    guard let value = self[name] else { return nil }
    if let number = value.integer(in: body.span), number >= 1 { return number }
    let spelled = spelled ?? name.rawValue
    throw Self.invalid(spelled, "\(spelled) must be an integer of at least 1.")
  }

  package func flag(_ name: Name) throws(Fault) -> Bool {
    guard let value = self[name] else { return false }
    if let flag = value.bool(in: body.span) { return flag }
    throw Self.invalid(name.rawValue, "\(name.rawValue) must be true or false.")
  }

  package func model(_ name: Name) throws(Fault) -> ModelName? {
    guard let value = try present(name, .string, "a string") else { return nil }
    let text = value.string(in: body.span) ?? ""
    guard (1...modelNameBytesMax).contains(text.utf8.count) else {
      throw Self.invalid(name.rawValue, "model must be a name of 1 to \(modelNameBytesMax) bytes.")
    }
    return ModelName(text)
  }

  /// Whether the member is this very string, however it is written.
  package func says(_ name: Name, _ text: String) -> Bool { self[name]?.string(in: body.span) == text }

  /// Puts `value` in the place of the member, or adds it.
  package func set(_ name: Name, to value: ByteSlice, in splice: inout Splice) {
    if let field = table[name] {
      splice.replace(field.value.range, with: value)
    } else {
      splice.insert(name.rawValue, value: value, into: table.object)
    }
  }

  package static func invalid(_ name: String?, _ message: String, code: String = "invalid_value") -> Fault {
    Fault(
      party: .agent, status: 400, type: "invalid_request_error", code: code, param: name, message: message)
  }
}
