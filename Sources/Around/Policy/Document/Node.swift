// Node: one value of a document and where it stands, the same whether it was written in YAML or in JSON.

/// A located tree. Mappings keep the order of the file and whatever keys it repeats; whoever decodes them complains.
struct Node: Equatable, Sendable {
  let value: Value
  let position: Position

  enum Value: Equatable, Sendable {
    case string(String)
    /// As it was spelled: policies hold no fractions, and a number too large for Int64 must still be shown.
    case number(String)
    case bool(Bool)
    case null
    case sequence([Node])
    case mapping([Entry])
  }

  struct Entry: Equatable, Sendable {
    let key: String
    let position: Position
    let value: Node
  }

  /// Bounds that keep a hostile document from exhausting memory or the stack.
  enum Bounds {
    /// As much as a message of the control protocol may hold.
    static let bytesMax = 8 << 20
    static let depthMax = 64
    /// Texts, numbers, lists and mappings together: ten thousand budgets have a fifth of it.
    static let valuesMax = 1 << 19
  }

  /// What a person would call this value.
  var kind: String {
    switch value {
    case .string: "text"
    case .number: "a number"
    case .bool: "true or false"
    case .null: "nothing"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  var isNull: Bool { value == .null }
}

/// Why bytes are no document at all: the one fault after which nothing more can be said.
struct SyntaxFault: Error, Equatable {
  let message: String
  let position: Position

  init(_ message: String, _ position: Position) {
    self.message = message
    self.position = position
  }

  static func tooDeep(_ position: Position) -> Self {
    Self("is nested deeper than \(Node.Bounds.depthMax) levels", position)
  }

  static func tooMany(_ position: Position) -> Self {
    Self("has more than \(Node.Bounds.valuesMax) values", position)
  }
}

extension Node {
  /// Reads a document: JSON when its first character is `{`, YAML otherwise. YAML is nearly a superset of JSON, but
  /// libyaml does not read surrogate pairs (`"\uD83D\uDE00"`), so JSON has a reader of its own.
  ///
  /// - Parameter file: which of the files of a document this is, for the positions.
  static func read(_ bytes: Span<UInt8>, file: Int = 0) throws(SyntaxFault) -> Node {
    if bytes.count > Bounds.bytesMax {
      throw SyntaxFault(
        "is \(bytes.count) bytes long; a policy has at most \(Bounds.bytesMax)",
        Position(file: file, line: 1, column: 1))
    }
    var first = bytes.starts(with: "\u{FEFF}") ? 3 : 0
    let document = bytes.extracting(first..<bytes.count)
    while first < bytes.count, [32, 9, 10, 13].contains(bytes[first]) { first += 1 }
    if first < bytes.count, bytes[first] == UInt8(ascii: "{") {
      var reader = JSONReader(document, file: file)
      return try reader.document()
    }
    var reader = YAMLReader(document, file: file)
    return try reader.document()
  }
}
