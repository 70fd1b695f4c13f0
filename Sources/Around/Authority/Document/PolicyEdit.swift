// PolicyEdit: the changes people ask for, as merge patches on the document in force.

import JSON

/// What a command wants to be otherwise.
public enum PolicyEdit: Sendable {
  /// A part of the document whose entries have names.
  public enum Section: String, Sendable {
    case budgets
    case models
    case backends
  }

  /// A merge patch as it came.
  case patch(JSONValue)
  /// One entry becomes exactly `entry`; nil removes it.
  case replace(Section, name: String, with: JSONValue?)
  /// One field of an entry that is there; nil removes it.
  case set(Section, name: String, field: String, to: JSONValue?)

  /// The patch that brings it about on `document`. Throws `unknown` when the entry is not there.
  func patch(on document: JSONValue) throws(PolicyChangeError) -> JSONValue {
    switch self {
    case .patch(let patch): return patch
    case .replace(let section, let name, let entry):
      let old = document[section.rawValue]?[name]
      guard let entry else {
        if old == nil { throw unknown(section, name, in: document) }
        return Self.patch(section, name, .null)
      }
      // A merge would keep the fields of the old entry that the new one does not have.
      return Self.patch(section, name, old.map { MergePatch.between($0, entry) } ?? entry)
    case .set(let section, let name, let field, let value):
      guard document[section.rawValue]?[name] != nil else { throw unknown(section, name, in: document) }
      return Self.patch(section, name, .object([(field, value ?? .null)]))
    }
  }

  private static func patch(_ section: Section, _ name: String, _ change: JSONValue) -> JSONValue {
    .object([(section.rawValue, .object([(name, change)]))])
  }

  private func unknown(_ section: Section, _ name: String, in document: JSONValue) -> PolicyChangeError {
    let known = document[section.rawValue]?.members?.map(\.name) ?? []
    return .unknown(section, name: name, known: Nearness.closest(to: name, among: known))
  }
}
