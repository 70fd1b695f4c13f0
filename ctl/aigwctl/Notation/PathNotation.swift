// PathNotation: /budgets/team or budgets.team: a place in the policy.

import JSON

/// The names and positions that lead to a value. Written as a JSON Pointer (RFC 6901), or as messages about a policy
/// write it: `models."gpt-3.5-turbo".chain[0]`.
enum PathNotation {
  /// The value of `document` at `text`; the whole document for an empty text.
  static func value(at text: String, in document: JSONValue) throws(NotationError) -> JSONValue {
    if text.isEmpty { return document }
    var value = document
    var rest = text[...]
    while !rest.isEmpty {
      let parent = value
      guard let (name, next) = text.first == "/" ? pointerPart(rest) : pathPart(rest, in: value) else {
        throw NotationError("\(text.quoted) is no place in a policy; write /budgets/team or budgets.team")
      }
      guard let found = child(name, of: value) else {
        throw NotationError("the policy has no \(text.quoted): \(missing(name, in: parent)).")
      }
      (value, rest) = (found, next)
    }
    return value
  }

  /// `a.b`, or `a."b.c"` where the name would be mistaken for a path: as the policy's own messages write it.
  static func joined(_ path: String, _ name: String) -> String {
    let isSimple =
      !name.isEmpty && name.utf8.count <= 40
      && name.utf8.allSatisfy { ($0 | 32) &- 97 < 26 || $0 &- 48 < 10 || $0 == 45 || $0 == 95 }
    return (path.isEmpty ? "" : path + ".") + (isSimple ? name : name.quoted)
  }

  private static func child(_ name: String, of value: JSONValue) -> JSONValue? {
    value[name] ?? (value.kind == .array ? Int(name).flatMap { value[$0] } : nil)
  }

  private static func missing(_ name: String, in parent: JSONValue) -> String {
    if parent.kind == .array { return "the list there has \(Figures.count(parent.count, "element"))" }
    guard let members = parent.members else { return "there is nothing inside \(YAMLText.flow(parent))" }
    let names = members.prefix(20).map { $0.name.visible } + (members.count > 20 ? ["..."] : [])
    return names.isEmpty ? "\(name.quoted) would be in an empty mapping" : "there is \(names.joined(separator: ", "))"
  }

  /// The reference token at the front of a pointer, unescaped, and what follows it.
  private static func pointerPart(_ text: Substring) -> (String, Substring)? {
    guard text.first == "/" else { return nil }
    let token = text.dropFirst().prefix { $0 != "/" }
    // ~1 before ~0, or ~01 would become a slash (RFC 6901 4).
    let name = token.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
      .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
    return (name, text.dropFirst(1 + token.count))
  }

  /// The longest name of `value` that the path begins with: names may hold dots.
  private static func pathPart(_ text: Substring, in value: JSONValue) -> (String, Substring)? {
    if text.first == "[", let end = text.firstIndex(of: "]") {
      return (String(text[text.index(after: text.startIndex)..<end]), afterDot(text[text.index(after: end)...]))
    }
    if text.first == "\"" {
      guard let end = text.dropFirst().firstIndex(of: "\"") else { return nil }
      return (String(text.dropFirst()[..<end]), afterDot(text[text.index(after: end)...]))
    }
    let names = (value.members ?? []).map(\.name).filter { name in
      !name.isEmpty && text.hasPrefix(name) && [nil, ".", "["].contains(text.dropFirst(name.count).first)
    }
    let name = names.max { $0.count < $1.count } ?? String(text.prefix { $0 != "." && $0 != "[" })
    return name.isEmpty ? nil : (name, afterDot(text.dropFirst(name.count)))
  }

  private static func afterDot(_ text: Substring) -> Substring { text.first == "." ? text.dropFirst() : text }
}
