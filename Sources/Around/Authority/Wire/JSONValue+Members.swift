// JSONValue+Members: objects of the interface, whose optional members are left out rather than null.

import JSON

extension JSONValue {
  /// An object of the members that have a value.
  static func present(_ members: [(name: String, value: JSONValue?)]) -> JSONValue {
    .object(members.compactMap { member in member.value.map { (member.name, $0) } })
  }

  static func text(_ text: String?) -> JSONValue? { text.map { .string($0) } }
  static func number(_ number: Int64?) -> JSONValue? { number.map { .integer($0) } }

  /// The member's text, cut where it is longer than anything that deserves to be kept.
  func text(_ name: String) -> String? {
    guard let text = self[name]?.string else { return nil }
    if text.utf8.count <= Limits.textBytesMax { return text }
    return String(decoding: text.utf8.prefix(Limits.textBytesMax), as: UTF8.self)
  }

  func number(_ name: String) -> Int64? { self[name]?.integer }

  /// A count, which is never below 0.
  func count(_ name: String) -> Int64? {
    guard let number = number(name), number >= 0 else { return nil }
    return number
  }
}
