// ManifestNode: one value of a Kubernetes manifest, with how it was written, so that what nobody changes stays as it is.

/// A tree that keeps the order of members and the style of scalars.
struct ManifestNode: Sendable {
  enum Content: Sendable {
    case scalar(String, Style)
    case sequence([ManifestNode])
    case mapping([Member])
  }

  struct Member: Sendable {
    let name: String
    let style: Style
    var value: ManifestNode
  }

  enum Style: Sendable {
    /// Spelled exactly so: a number, a boolean, null, and in YAML any text without quotes.
    case plain
    case singleQuoted
    case doubleQuoted
    case literal
    /// Text, in whichever style suits it.
    case free
  }

  var value: Content
  /// Written as `[...]` or `{...}` in YAML.
  var isFlow = false
  /// Where it was read; nil for what was added, and in JSON.
  var line: Int?

  static func text(_ text: String) -> Self { Self(value: .scalar(text, .free)) }

  /// The text of a scalar that is not null.
  var text: String? {
    guard case .scalar(let text, _) = value, !isNull else { return nil }
    return text
  }

  var isNull: Bool {
    guard case .scalar(let text, .plain) = value else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  var members: [Member]? {
    if case .mapping(let members) = value { members } else { nil }
  }

  var elements: [ManifestNode]? {
    if case .sequence(let elements) = value { elements } else { nil }
  }

  var isEmpty: Bool { members?.isEmpty ?? elements?.isEmpty ?? false }

  /// What a person would call it.
  var kind: String {
    switch value {
    case .scalar: isNull ? "nothing" : "a scalar"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The member `name`, nil where there is none or this is no mapping. A new one becomes the last; nil removes it.
  subscript(name: String) -> ManifestNode? {
    get { members?.first { $0.name == name }?.value }
    set {
      guard case .mapping(var members) = value else { return }
      // Nobody else holds the members while they change.
      value = .mapping([])
      let index = members.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let node?): members[index].value = node
      case (let index?, nil): members.remove(at: index)
      case (nil, let node?): members.append(Member(name: name, style: .free, value: node))
      case (nil, nil): break
      }
      value = .mapping(members)
    }
  }

  /// Adds to a list. Its brackets go when it was empty: what is added is easier to read without.
  mutating func add(before: [ManifestNode] = [], after: [ManifestNode] = []) {
    if isEmpty { isFlow = false }
    value = .sequence(before + (elements ?? []) + after)
  }

  /// Whether this is a mapping whose `name` is `text`: a container, a volume, a variable.
  func isNamed(_ text: String) -> Bool { self["name"]?.text == text }
}

extension ManifestNode: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral text: String) { self = .text(text) }
  init(integerLiteral number: Int) { value = .scalar(String(number), .plain) }
  init(booleanLiteral flag: Bool) { value = .scalar(String(flag), .plain) }
  init(arrayLiteral elements: ManifestNode...) { value = .sequence(elements) }
  init(dictionaryLiteral members: (String, ManifestNode)...) {
    value = .mapping(members.map { Member(name: $0.0, style: .free, value: $0.1) })
  }
}
