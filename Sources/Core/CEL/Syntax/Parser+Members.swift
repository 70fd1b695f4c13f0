// Parser+Members: names, literals, brackets, and what follows them: .field, .method(), [index].

extension Parser {
  /// Words that a later version of the language may give a meaning (langdef.md, Syntax).
  private static let reserved: Set<String> = [
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
    "namespace", "return", "var", "void", "while",
  ]
  private static let keywords: Set<String> = ["true", "false", "null", "in"]

  mutating func member() throws(ExpressionError) -> Syntax { try member(after: try primary()) }

  mutating func member(after first: Syntax) throws(ExpressionError) -> Syntax {
    var base = first
    while true {
      let offset = token.start
      if take(.dot) {
        base = try fieldOrMethod(of: base)
      } else if take(.openBracket) {
        let operand = base
        base = try inBrackets(at: offset) { (parser) throws(ExpressionError) in
          if parser.token.kind == .symbol(.question) { throw parser.notHere("[?", "test with in first") }
          let index = try parser.expression()
          try parser.expect(.closeBracket)
          return try parser.node(.index(operand, index), at: offset, over: [operand, index])
        }
      } else if token.kind == .symbol(.openBrace), base.path != nil {
        throw notHere("NAME{...}", "there are no messages; write a map, {\"name\": value}")
      } else {
        return base
      }
    }
  }

  private mutating func fieldOrMethod(of base: Syntax) throws(ExpressionError) -> Syntax {
    let offset = token.start
    switch token.kind {
    case .name(let name) where !Self.keywords.contains(name):
      advance()
      if token.kind == .symbol(.openParenthesis) {
        let arguments = try arguments()
        return try node(.call(name, on: base, arguments), at: offset, over: [base] + arguments)
      }
      return try node(.field(base, name), at: offset, over: [base])
    case .quotedName(let name):
      advance()
      return try node(.field(base, name), at: offset, over: [base])
    case .symbol(.question): throw notHere(".?", "test with has() first")
    case .name, .integer, .unsigned, .double, .string, .bytes, .symbol, .end:
      throw unexpected("the name of a field or a function after the dot")
    }
  }

  private mutating func primary() throws(ExpressionError) -> Syntax {
    let offset = token.start
    let kind = token.kind
    advance()
    switch kind {
    case .integer(let magnitude):
      guard let number = Int64(exactly: magnitude) else { throw tooLarge(at: offset) }
      return try node(.literal(.int(number)), at: offset)
    case .unsigned(let number): return try node(.literal(.uint(number)), at: offset)
    case .double(let number): return try node(.literal(.double(number)), at: offset)
    case .string(let text): return try node(.literal(.string(text)), at: offset)
    case .bytes(let bytes): return try node(.literal(.bytes(bytes)), at: offset)
    case .name(let word): return try name(word, isRoot: false, at: offset)
    case .symbol(.dot):
      guard case .name(let word) = token.kind else { throw unexpected("a name after the dot") }
      let start = token.start
      advance()
      return try name(word, isRoot: true, at: start)
    case .symbol(.openParenthesis):
      return try inBrackets(at: offset) { (parser) throws(ExpressionError) in
        let inner = try parser.expression()
        try parser.expect(.closeParenthesis)
        return inner
      }
    case .symbol(.openBracket):
      let elements = try elements(until: .closeBracket, at: offset)
      return try node(.list(elements), at: offset, over: elements)
    case .symbol(.openBrace): return try map(at: offset)
    case .symbol, .quotedName, .end:
      throw source.error(
        "expected a value, found \(Token(kind: kind, range: offset..<offset).text)", at: offset)
    }
  }

  private mutating func name(_ word: String, isRoot: Bool, at offset: Int) throws(ExpressionError) -> Syntax {
    if Self.keywords.contains(word) {
      switch word {
      case "true" where !isRoot: return try node(.literal(.bool(true)), at: offset)
      case "false" where !isRoot: return try node(.literal(.bool(false)), at: offset)
      case "null" where !isRoot: return try node(.literal(.null), at: offset)
      default: throw source.error("expected a value, found \(word)", at: offset)
      }
    }
    if Self.reserved.contains(word) {
      throw source.error("\(word) is a reserved word of the language and cannot be a name", at: offset)
    }
    if token.kind == .symbol(.openParenthesis) {
      let arguments = try arguments()
      return try node(.call(word, on: nil, arguments), at: offset, over: arguments)
    }
    return try node(.name(word, isRoot: isRoot), at: offset)
  }

  private mutating func arguments() throws(ExpressionError) -> [Syntax] {
    let offset = token.start
    try expect(.openParenthesis)
    return try elements(until: .closeParenthesis, at: offset)
  }

  /// Expressions between commas; a list may end with a comma, arguments may not.
  private mutating func elements(until close: Token.Symbol, at offset: Int) throws(ExpressionError) -> [Syntax] {
    try inBrackets(at: offset) { (parser) throws(ExpressionError) in
      var elements: [Syntax] = []
      if parser.take(close) { return elements }
      while true {
        elements.append(try parser.expression())
        if parser.take(close) { return elements }
        if !parser.take(.comma) { throw parser.unexpected("\(Token.Symbol.comma.rawValue) or \(close.rawValue)") }
        if close == .closeBracket, parser.take(close) { return elements }
      }
    }
  }

  private mutating func map(at offset: Int) throws(ExpressionError) -> Syntax {
    try inBrackets(at: offset) { (parser) throws(ExpressionError) in
      var entries: [(key: Syntax, value: Syntax)] = []
      while !parser.take(.closeBrace) {
        let key = try parser.expression()
        try parser.expect(.colon)
        entries.append((key, try parser.expression()))
        if parser.token.kind != .symbol(.closeBrace), !parser.take(.comma) { throw parser.unexpected(", or }") }
      }
      return try parser.node(.map(entries), at: offset, over: entries.flatMap { [$0.key, $0.value] })
    }
  }

  private func notHere(_ form: String, _ advice: String) -> ExpressionError {
    source.error("\(form) is not part of the language here; \(advice)", at: token.start)
  }
}
