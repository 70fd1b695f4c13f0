// Lexer+Texts: "a", 'a', """a""", r"a\d", b"\x00" (langdef.md, String and Bytes Values).

extension Lexer {
  struct TextPrefix {
    var isBytes = false
    var isRaw = false
    /// Letters before the quote.
    var length = 0
  }

  /// What kind of text begins here, or nil if none does.
  func textPrefix() -> TextPrefix? {
    var prefix = TextPrefix()
    if byte() | 32 == UInt8(ascii: "b") {
      prefix.isBytes = true
      prefix.length = 1
    }
    if byte(ahead: prefix.length) | 32 == UInt8(ascii: "r") {
      prefix.isRaw = true
      prefix.length += 1
    }
    let quote = byte(ahead: prefix.length)
    return quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") ? prefix : nil
  }

  mutating func text(_ prefix: TextPrefix) throws(ExpressionError) -> Token.Kind {
    let start = at
    at += prefix.length
    let quote = byte()
    let isTriple = byte(ahead: 1) == quote && byte(ahead: 2) == quote
    at += isTriple ? 3 : 1
    var bytes: [UInt8] = []
    while !closes(quote, isTriple) {
      let next = byte()
      if at >= source.bytes.count || (!isTriple && (next == UInt8(ascii: "\n") || next == UInt8(ascii: "\r"))) {
        throw error("the text has no closing quote", at: start)
      }
      if next == UInt8(ascii: "\\"), !prefix.isRaw {
        try escape(isBytes: prefix.isBytes, to: &bytes)
      } else {
        bytes.append(next)
        at += 1
      }
    }
    at += isTriple ? 3 : 1
    return prefix.isBytes ? .bytes(bytes) : .string(String(decoding: bytes, as: UTF8.self))
  }

  private func closes(_ quote: UInt8, _ isTriple: Bool) -> Bool {
    byte() == quote && (!isTriple || (byte(ahead: 1) == quote && byte(ahead: 2) == quote))
  }

  private mutating func escape(isBytes: Bool, to bytes: inout [UInt8]) throws(ExpressionError) {
    let start = at
    let letter = byte(ahead: 1)
    at += 2
    switch letter {
    case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
      bytes.append(letter)
    case UInt8(ascii: "a"): bytes.append(7)
    case UInt8(ascii: "b"): bytes.append(8)
    case UInt8(ascii: "f"): bytes.append(12)
    case UInt8(ascii: "n"): bytes.append(10)
    case UInt8(ascii: "r"): bytes.append(13)
    case UInt8(ascii: "t"): bytes.append(9)
    case UInt8(ascii: "v"): bytes.append(11)
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      append(try code(digits: 2, base: 16, from: start), asOctet: isBytes, to: &bytes)
    case UInt8(ascii: "u") where !isBytes:
      append(try code(digits: 4, base: 16, from: start), asOctet: false, to: &bytes)
    case UInt8(ascii: "U") where !isBytes:
      append(try code(digits: 8, base: 16, from: start), asOctet: false, to: &bytes)
    case UInt8(ascii: "0")...UInt8(ascii: "3"):
      at -= 1
      append(try code(digits: 3, base: 8, from: start), asOctet: isBytes, to: &bytes)
    default: throw badEscape(at: start)
    }
  }

  private mutating func code(digits: Int, base: UInt8, from start: Int) throws(ExpressionError) -> Unicode.Scalar {
    var number: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = byte().digit, digit < base else { throw badEscape(at: start) }
      number = number &* UInt32(base) &+ UInt32(digit)
      at += 1
    }
    guard let scalar = Unicode.Scalar(number) else {
      throw error(
        "the escape names no character: halves of surrogate pairs and numbers above 10FFFF are none", at: start)
    }
    return scalar
  }

  private func append(_ scalar: Unicode.Scalar, asOctet: Bool, to bytes: inout [UInt8]) {
    if asOctet { bytes.append(UInt8(truncatingIfNeeded: scalar.value)) } else { bytes += Array(String(scalar).utf8) }
  }

  private func badEscape(at offset: Int) -> ExpressionError {
    error(
      "not an escape; they are \\\\ \\\" \\' \\n \\r \\t \\xHH \\uHHHH \\UHHHHHHHH \\OOO, and r\"...\" has none",
      at: offset)
  }
}
