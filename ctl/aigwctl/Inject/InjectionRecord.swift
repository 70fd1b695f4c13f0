// InjectionRecord: what an injection added, written into the pod's annotations, so that it can be taken out again.

import JSON

/// Names of what was added where a name is shared with the user; and the lists and mappings that were made for it.
struct InjectionRecord: Equatable {
  /// The version that injected.
  static let versionAnnotation = "aigw.io/injected"
  static let annotation = "aigw.io/added"

  /// Variables by container.
  var variables: [(container: String, names: [String])] = []
  /// What a member was before a list or a mapping was made of it: nil where it was not there, otherwise how null was
  /// spelled. The path of a container's variables is `NAME.env`.
  var made: [(path: String, was: String?)] = []

  init() {}

  init?(_ text: String) {
    guard let json = try? JSONValue.parse(Array(text.utf8).span), let variables = json["env"]?.members,
      let made = json["made"]?.members
    else { return nil }
    self.variables = variables.map { ($0.name, ($0.value.elements ?? []).compactMap(\.string)) }
    self.made = made.map { ($0.name, $0.value.string) }
  }

  /// On one line.
  var text: String {
    let env = variables.map { (name: $0.container, value: JSONValue.array($0.names.map { .string($0) })) }
    let made = made.map { (name: $0.path, value: $0.was.map { JSONValue.string($0) } ?? .null) }
    let json = JSONValue.object([("env", .object(env)), ("made", .object(made))])
    return String(IndentedJSON.text(json, isOneLine: true).dropLast())
  }

  static func == (one: Self, other: Self) -> Bool { one.text == other.text }
}
