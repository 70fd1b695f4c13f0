// Condition: what a call must be for a budget to apply to it.

import CEL
import Exchange

extension Policy {
  /// One line of `match`. A call that lacks the dimension agrees with nothing but `present: false`.
  public struct Condition: Hashable, Sendable {
    public let dimension: Dimension
    public let test: Test

    public enum Test: Hashable, Sendable {
      case equals(String)
      /// What stands before the `*`.
      case startsWith(String)
      /// A pattern to be found anywhere in the value, as `CEL.Pattern` reads it.
      case regex(String)
      case present(Bool)
    }
  }
}

extension Policy.Condition {
  private static let valueBytesMax = 256
  private static let fields = ["regex", "present"]

  /// The conditions of `match`, in the order of the document.
  static func all(_ place: Place, _ declared: Declared, _ diagnostics: inout Diagnostics) -> [Self] {
    var conditions: [Self] = []
    for member in place.members(&diagnostics) ?? [] {
      guard let dimension = declared.dimension(of: member, &diagnostics),
        let test = Test(member.value, of: dimension, declared, &diagnostics)
      else { continue }
      // `header:X-A` and `header:x-a` are two keys and one header.
      if conditions.contains(where: { $0.dimension == dimension }) {
        member.key.report("is written twice (the case of a header's name does not matter); keep one", &diagnostics)
      }
      conditions.append(Self(dimension: dimension, test: test))
    }
    return conditions
  }

  /// All calls it applies to have the same value, or none.
  var isOneValue: Bool {
    switch test {
    case .equals, .present(false): true
    case .startsWith, .regex, .present(true): false
    }
  }
}

extension Policy.Condition.Test {
  init?(_ place: Place, of dimension: Policy.Dimension, _ declared: Declared, _ diagnostics: inout Diagnostics) {
    if case .mapping = place.node.value {
      self.init(fieldsOf: place, &diagnostics)
      return
    }
    guard let text = place.text(&diagnostics) else { return nil }
    guard (1...Policy.Condition.valueBytesMax).contains(text.utf8.count),
      text.utf8.allSatisfy({ (32..<127).contains($0) })
    else {
      place.report(
        "must be 1 to \(Policy.Condition.valueBytesMax) printable ASCII characters, as a header's value is",
        &diagnostics)
      return nil
    }
    if let star = text.utf8.firstIndex(of: UInt8(ascii: "*")) {
      guard star == text.utf8.index(before: text.utf8.endIndex) else {
        place.report("may have one * and only at its end, as in gpt-*; for more write {regex: ...}", &diagnostics)
        return nil
      }
      self = .startsWith(String(text[..<star]))
    } else {
      self = .equals(text)
    }
    complainIfNobodyHasIt(place, dimension, declared, &diagnostics)
  }

  private func complainIfNobodyHasIt(
    _ place: Place, _ dimension: Policy.Dimension, _ declared: Declared, _ diagnostics: inout Diagnostics
  ) {
    let pattern: Policy.ModelPattern
    switch self {
    case .equals(let text): pattern = .exact(ModelName(text))
    case .startsWith(let text): pattern = .prefix(text)
    case .regex, .present: return
    }
    switch dimension {
    case .model: declared.models.require(pattern, at: place, &diagnostics)
    case .backend: declared.backends.require(pattern, at: place, &diagnostics)
    case .path where !pattern.description.hasPrefix("/"):
      place.report(
        "must be a path such as /v1/chat/completions, and is \(quoted(pattern.description))", &diagnostics)
    case .user, .team, .tenant, .pod, .namespace, .serviceAccount, .path, .header: break
    }
  }

  private init?(fieldsOf place: Place, _ diagnostics: inout Diagnostics) {
    guard let fields = Fields(place, known: Policy.Condition.fields, &diagnostics) else { return nil }
    switch (fields["regex"], fields["present"]) {
    case (let regex?, nil):
      guard let text = regex.text(&diagnostics) else { return nil }
      guard (1...Policy.Condition.valueBytesMax).contains(text.utf8.count) else {
        regex.report("must be a pattern of 1 to \(Policy.Condition.valueBytesMax) bytes", &diagnostics)
        return nil
      }
      do { _ = try Pattern(text) } catch { regex.report(harmless(error.message, charactersMax: 400), &diagnostics) }
      self = .regex(text)
    case (nil, let present?):
      guard let flag = present.flag(&diagnostics) else { return nil }
      self = .present(flag)
    case (_?, _?):
      place.report("has both regex and present; a value that a pattern finds is present, so keep regex", &diagnostics)
      return nil
    case (nil, nil):
      if fields.lacks("regex"), fields.lacks("present") {
        place.report("must be a text, {regex: PATTERN} or {present: true}", &diagnostics)
      }
      return nil
    }
  }
}
