// InterfaceParser: from the words of a definition to its methods and types.

extension InterfaceDefinition {
  /// Reads a definition; throws with the line of the first mistake.
  public init(_ text: String) throws(InterfaceError) {
    var parser = InterfaceParser(text)
    let name = try parser.interface()
    while !parser.scanner.isAtEnd { try parser.member() }
    if let (unknown, line) = parser.firstUnknownType {
      throw InterfaceError(line: line, message: "there is no type \(unknown)")
    }
    self.init(
      name: name, description: text, types: parser.types, methods: parser.methods, errors: parser.errors)
  }
}

private struct InterfaceParser {
  var scanner: InterfaceScanner
  var types: [String: InterfaceType] = [:]
  var methods: [String: InterfaceMethod] = [:]
  var errors: [String: InterfaceType] = [:]
  private var mentioned: [(name: String, line: Int)] = []

  init(_ text: String) { scanner = InterfaceScanner(text) }

  /// The first type that a field has and nobody defines.
  var firstUnknownType: (name: String, line: Int)? { mentioned.first { types[$0.name] == nil } }

  mutating func interface() throws(InterfaceError) -> String {
    try scanner.expect("interface")
    return try scanner.word("an interface's name, such as org.example.service,") { $0.contains(".") }
  }

  mutating func member() throws(InterfaceError) {
    let keyword = try scanner.word("'type', 'method' or 'error'") { ["type", "method", "error"].contains($0) }
    let line = scanner.line
    let name = try scanner.word("the \(keyword)'s name, in upper case,") { name in
      name.first!.isUppercase && name.allSatisfy { $0.isLetter || $0.isNumber }
    }
    // Types, methods and errors share one namespace.
    if types[name] != nil || methods[name] != nil || errors[name] != nil {
      throw InterfaceError(line: line, message: "\(name) is defined twice")
    }
    switch keyword {
    case "type": types[name] = try parentheses()
    case "error": errors[name] = try structure()
    default:
      let parameters = try structure()
      try scanner.expect("->")
      methods[name] = InterfaceMethod(parameters: parameters, results: try structure())
    }
  }

  private mutating func structure() throws(InterfaceError) -> InterfaceType {
    let line = scanner.line
    let type = try parentheses()
    guard case .structure = type else {
      throw InterfaceError(line: line, message: "fields with types expected, an enumeration found")
    }
    return type
  }

  /// `(name: type, ...)` or `(name, name, ...)`; `()` is a structure without fields.
  private mutating func parentheses() throws(InterfaceError) -> InterfaceType {
    try scanner.expect("(")
    if scanner.take(")") { return .structure([:]) }
    let first = try fieldName()
    if scanner.take(":") { return .structure(try fields(after: first)) }
    var words: Set = [first]
    while scanner.take(",") {
      let word = try fieldName()
      if !words.insert(word).inserted { throw scanner.mistake("\(word) stands here twice") }
    }
    try scanner.expect(")")
    return .enumeration(words)
  }

  private mutating func fields(after first: String) throws(InterfaceError) -> [String: InterfaceType] {
    var fields = [first: try type()]
    while scanner.take(",") {
      let name = try fieldName()
      try scanner.expect(":")
      if fields.updateValue(try type(), forKey: name) != nil { throw scanner.mistake("\(name) stands here twice") }
    }
    try scanner.expect(")")
    return fields
  }

  private mutating func type() throws(InterfaceError) -> InterfaceType {
    if scanner.take("?") {
      let inner = try type()
      if inner.isOptional { throw scanner.mistake("'??' is no type") }
      return .optional(inner)
    }
    if scanner.take("[]") { return .array(try type()) }
    if scanner.take("[string]") { return .dictionary(try type()) }
    if scanner.token == "(" { return try parentheses() }
    let line = scanner.line
    switch try scanner.word("a type", where: { $0.first!.isLetter }) {
    case "bool": return .bool
    case "int": return .int
    case "float": return .float
    case "string": return .string
    case "object": return .object
    case let name:
      mentioned.append((name, line))
      return .named(name)
    }
  }

  private mutating func fieldName() throws(InterfaceError) -> String {
    try scanner.word("a field's name") { name in
      name.first!.isLetter && name.last != "_"
        && !zip(name.utf8, name.utf8.dropFirst()).contains { $0 == UInt8(ascii: "_") && $1 == UInt8(ascii: "_") }
        && !name.contains(".")
    }
  }
}
