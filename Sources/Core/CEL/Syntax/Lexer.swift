// Lexer: from text to tokens (langdef.md, Syntax).

struct Lexer {
  let source: Source
  var at = 0

  /// All tokens, the last one being the end.
  static func tokens(of source: Source) throws(ExpressionError) -> [Token] {
    if source.bytes.count > Limits.sourceBytesMax {
      throw source.error(
        "the expression is \(source.bytes.count) bytes long; it can have \(Limits.sourceBytesMax)", at: 0)
    }
    var lexer = Lexer(source: source)
    var tokens: [Token] = []
    while true {
      lexer.skipSpace()
      let start = lexer.at
      let kind = try lexer.next()
      tokens.append(Token(kind: kind, range: start..<lexer.at))
      if kind == .end { return tokens }
    }
  }

  /// The byte at this distance; 0, which starts nothing, beyond the end.
  func byte(ahead distance: Int = 0) -> UInt8 {
    at + distance < source.bytes.count ? source.bytes[at + distance] : 0
  }

  func error(_ message: String, at offset: Int) -> ExpressionError { source.error(message, at: offset) }

  private mutating func next() throws(ExpressionError) -> Token.Kind {
    if at >= source.bytes.count { return .end }
    let first = byte()
    if let prefix = textPrefix() { return try text(prefix) }
    if first.startsName { return .name(name()) }
    if first.isDigit || (first == UInt8(ascii: ".") && byte(ahead: 1).isDigit) { return try number() }
    if first == UInt8(ascii: "`") { return try quotedName() }
    // The table has the longer symbols first.
    for symbol in Token.Symbol.allCases where source.bytes[at...].starts(with: symbol.rawValue.utf8) {
      at += symbol.rawValue.utf8.count
      return .symbol(symbol)
    }
    throw unknownCharacter()
  }

  private func unknownCharacter() -> ExpressionError {
    let advice =
      switch byte() {
      case UInt8(ascii: "="): "write == to compare"
      case UInt8(ascii: "&"): "write && for and"
      case UInt8(ascii: "|"): "write || for or"
      case UInt8(ascii: ";"): "an expression has no statements"
      default: "put texts in quotes"
      }
    let character = String(decoding: source.bytes[at...].prefix(4), as: UTF8.self).first ?? "?"
    return error("\(character) has no meaning here; \(advice)", at: at)
  }

  private mutating func skipSpace() {
    while at < source.bytes.count {
      switch byte() {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x0C: at += 1
      case UInt8(ascii: "/") where byte(ahead: 1) == UInt8(ascii: "/"):
        while at < source.bytes.count, byte() != UInt8(ascii: "\n") { at += 1 }
      default: return
      }
    }
  }

  private mutating func name() -> String {
    let start = at
    while byte().continuesName { at += 1 }
    return source.text(start..<at)
  }

  /// The characters that cel-spec's grammar allows between backticks: letters, digits and `_.-/ `.
  private mutating func quotedName() throws(ExpressionError) -> Token.Kind {
    let start = at
    at += 1
    while byte().continuesName || ".-/ ".utf8.contains(byte()) { at += 1 }
    if byte() != UInt8(ascii: "`") || at == start + 1 {
      throw error("a name between backticks has letters, digits and . - / _ and ends with a backtick", at: start)
    }
    at += 1
    return .quotedName(source.text(start + 1..<at - 1))
  }
}
