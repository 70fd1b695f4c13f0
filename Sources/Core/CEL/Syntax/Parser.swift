// Parser: from tokens to a tree (langdef.md, Syntax): conditionals, operators, prefixes.

struct Parser {
  let source: Source
  private let tokens: [Token]
  private var at = 0
  /// Brackets open at this place.
  private var brackets = 0

  static func parse(_ source: Source) throws(ExpressionError) -> Syntax {
    var parser = Parser(source: source, tokens: try Lexer.tokens(of: source))
    if parser.token.kind == .end { throw source.error("the expression is empty", at: 0) }
    let tree = try parser.expression()
    if parser.token.kind != .end { throw parser.unexpected("the end or an operator") }
    return tree
  }

  private init(source: Source, tokens: [Token]) {
    self.source = source
    self.tokens = tokens
  }

  // MARK: what stands here

  var token: Token { tokens[at] }

  mutating func advance() { if at < tokens.count - 1 { at += 1 } }

  mutating func take(_ symbol: Token.Symbol) -> Bool {
    if token.kind != .symbol(symbol) { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: Token.Symbol) throws(ExpressionError) {
    if !take(symbol) { throw unexpected(symbol.rawValue) }
  }

  func unexpected(_ wanted: String) -> ExpressionError {
    source.error("expected \(wanted), found \(token.text)", at: token.start)
  }

  /// A node over `children`, unless the tree would become too deep.
  func node(_ kind: Syntax.Kind, at offset: Int, over children: [Syntax] = []) throws(ExpressionError) -> Syntax {
    let depth = 1 + (children.map(\.depth).max() ?? 0)
    if depth > Limits.depthMax { throw tooDeep(at: offset) }
    return Syntax(kind: kind, offset: offset, depth: depth)
  }

  private func tooDeep(at offset: Int) -> ExpressionError {
    source.error("the expression has more than \(Limits.depthMax) levels; write it in fewer", at: offset)
  }

  /// What stands between brackets, which are counted: a thousand of them are refused before they are followed.
  mutating func inBrackets<Result>(
    at offset: Int, _ read: (inout Parser) throws(ExpressionError) -> Result
  ) throws(ExpressionError) -> Result {
    if brackets >= Limits.depthMax { throw tooDeep(at: offset) }
    brackets += 1
    defer { brackets -= 1 }
    return try read(&self)
  }

  // MARK: expressions

  /// `a ? b : c`, which groups from the right, without recursion.
  mutating func expression() throws(ExpressionError) -> Syntax {
    var arms: [(condition: Syntax, value: Syntax, offset: Int)] = []
    var last = try operation(binding: 1)
    while token.kind == .symbol(.question) {
      let offset = token.start
      advance()
      let value = try operation(binding: 1)
      try expect(.colon)
      arms.append((last, value, offset))
      last = try operation(binding: 1)
    }
    for arm in arms.reversed() {
      last = try node(
        .conditional(arm.condition, arm.value, last), at: arm.offset, over: [arm.condition, arm.value, last])
    }
    return last
  }

  /// Operands joined by operators of this precedence or higher.
  private mutating func operation(binding least: Int) throws(ExpressionError) -> Syntax {
    var left = try prefixed()
    while let infix = Infix(token.kind), infix.precedence >= least {
      let offset = token.start
      advance()
      let right = try operation(binding: infix.precedence + 1)
      left = try node(.infix(infix, left, right), at: offset, over: [left, right])
    }
    return left
  }

  /// `!!a` or `--a`; the two do not mix without brackets. A minus before digits belongs to the number.
  private mutating func prefixed() throws(ExpressionError) -> Syntax {
    guard case .symbol(let symbol) = token.kind, symbol == .not || symbol == .minus else { return try member() }
    var offsets: [Int] = []
    while token.kind == .symbol(symbol) {
      offsets.append(token.start)
      advance()
    }
    var operand: Syntax
    if symbol == .minus, let number = try negativeNumber(at: offsets[offsets.count - 1]) {
      offsets.removeLast()
      operand = try member(after: number)
    } else {
      operand = try member()
    }
    for offset in offsets.reversed() { operand = try node(.prefix(symbol, operand), at: offset, over: [operand]) }
    return operand
  }

  private mutating func negativeNumber(at offset: Int) throws(ExpressionError) -> Syntax? {
    switch token.kind {
    case .integer(let magnitude):
      guard magnitude <= UInt64(Int64.max) + 1 else { throw tooLarge(at: offset) }
      advance()
      return try node(.literal(.int(Int64(truncatingIfNeeded: 0 &- magnitude))), at: offset)
    case .double(let number):
      advance()
      return try node(.literal(.double(-number)), at: offset)
    case .name, .quotedName, .unsigned, .string, .bytes, .symbol, .end: return nil
    }
  }

  func tooLarge(at offset: Int) -> ExpressionError {
    source.error("the number is too large for int; write u behind it for a uint", at: offset)
  }
}
