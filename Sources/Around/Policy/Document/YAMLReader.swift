// YAMLReader: the subset of YAML 1.2 that says what JSON can say, as a located tree.

import YAML

/// Builds nodes from libyaml's events. Left out, each with its own message: anchors and aliases (small documents that
/// grow enormous), tags (types are fixed by the policy's fields), several documents, keys that are not scalars.
struct YAMLReader: ~Copyable {
  private var events: YAMLEvents
  private let file: Int
  private var valuesCount = 0

  /// - Parameter file: which of the files of a document this is, for the positions.
  init(_ bytes: Span<UInt8>, file: Int) {
    events = YAMLEvents(bytes)
    self.file = file
  }

  /// The one document; null when there is none.
  mutating func document() throws(SyntaxFault) -> Node {
    var event = try next()
    while event.kind == .streamStart { event = try next() }
    if event.kind == .streamEnd { return Node(value: .null, position: position(event)) }
    let root = try node(try next(), depth: 1)
    event = try next()
    while event.kind == .documentEnd { event = try next() }
    if event.kind == .documentStart {
      throw SyntaxFault(
        "starts a second document here; a policy is one document, so remove what follows ---", position(event))
    }
    return root
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(SyntaxFault) -> Node {
    try refuseWhatJSONCannotSay(event)
    valuesCount += 1
    if valuesCount > Node.Bounds.valuesMax { throw .tooMany(position(event)) }
    switch event.kind {
    case .scalar(let text, let style):
      return Node(value: style == .plain ? .plainScalar(text) : .string(text), position: position(event))
    case .sequenceStart:
      if depth >= Node.Bounds.depthMax { throw .tooDeep(position(event)) }
      return Node(value: .sequence(try elements(depth: depth)), position: position(event))
    case .mappingStart:
      if depth >= Node.Bounds.depthMax { throw .tooDeep(position(event)) }
      return Node(value: .mapping(try entries(depth: depth)), position: position(event))
    case .streamStart, .streamEnd, .documentStart, .documentEnd, .alias, .sequenceEnd, .mappingEnd:
      preconditionFailure("libyaml opened no value: \(event)")
    }
  }

  private mutating func elements(depth: Int) throws(SyntaxFault) -> [Node] {
    var elements: [Node] = []
    while true {
      let event = try next()
      if event.kind == .sequenceEnd { return elements }
      elements.append(try node(event, depth: depth + 1))
    }
  }

  private mutating func entries(depth: Int) throws(SyntaxFault) -> [Node.Entry] {
    var entries: [Node.Entry] = []
    while true {
      let event = try next()
      if event.kind == .mappingEnd { return entries }
      try refuseWhatJSONCannotSay(event)
      guard case .scalar(let key, _) = event.kind else {
        throw SyntaxFault("has a list or a mapping as a key; a key is a name", position(event))
      }
      let value = try node(try next(), depth: depth + 1)
      entries.append(Node.Entry(key: key, position: position(event), value: value))
    }
  }

  private mutating func next() throws(SyntaxFault) -> YAMLEvent {
    do throws(YAMLFault) {
      return try events.next()
    } catch { throw SyntaxFault(error.message, Position(file: file, line: error.line, column: error.column)) }
  }

  private func position(_ event: YAMLEvent) -> Position {
    Position(file: file, line: event.line, column: event.column)
  }

  private func refuseWhatJSONCannotSay(_ event: YAMLEvent) throws(SyntaxFault) {
    if event.isAlias || event.anchor != nil {
      throw SyntaxFault("uses a YAML anchor or alias (& or *); write the value out, or quote the text", position(event))
    }
    if event.hasTag { throw SyntaxFault("uses a YAML tag (!); remove it, or quote the text", position(event)) }
  }
}

extension YAMLEvent {
  fileprivate var isAlias: Bool { if case .alias = kind { true } else { false } }
}

extension Node.Value {
  /// What an unquoted scalar means in the core schema of YAML 1.2 (10.3.2): `on` and `yes` are text, `0o17` is a number.
  static func plainScalar(_ text: String) -> Self {
    switch text {
    case "", "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE": .bool(true)
    case "false", "False", "FALSE": .bool(false)
    case ".nan", ".NaN", ".NAN": .number(text)
    default: isNumber(text) ? .number(text) : .string(text)
    }
  }

  private static func isNumber(_ text: String) -> Bool {
    var rest = text.utf8[...]
    if text.hasPrefix("0o") { return rest.count > 2 && rest.dropFirst(2).allSatisfy { (48...55).contains($0) } }
    if text.hasPrefix("0x") { return rest.count > 2 && rest.dropFirst(2).allSatisfy(\.isHexadecimalDigit) }
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    if [".inf", ".Inf", ".INF"].contains(String(rest)) { return true }
    let whole = rest.prefix(while: \.isDigit)
    rest = rest.dropFirst(whole.count)
    var fractionCount = 0
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix(while: \.isDigit)
      fractionCount = fraction.count
      rest = rest.dropFirst(1 + fraction.count)
    }
    if whole.isEmpty && fractionCount == 0 { return false }
    guard rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") else { return rest.isEmpty }
    rest = rest.dropFirst()
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    return !rest.isEmpty && rest.allSatisfy(\.isDigit)
  }
}

extension UInt8 {
  var isDigit: Bool { self &- 48 < 10 }
  var isHexadecimalDigit: Bool { isDigit || (self | 32) &- 97 < 6 }
  var isLetter: Bool { (self | 32) &- 97 < 26 }
}
