// Lexer+Numbers: 7, 7u, 0x1F, 7.0, .5, 7e3.

extension Lexer {
  mutating func number() throws(ExpressionError) -> Token.Kind {
    let start = at
    let isHexadecimal = byte() == UInt8(ascii: "0") && byte(ahead: 1) | 32 == UInt8(ascii: "x")
    if isHexadecimal {
      at += 2
      let magnitude = try digits(base: 16, from: start)
      return try integer(magnitude, from: start)
    }
    let whole = at
    skipDigits()
    let isDouble = try skipFraction() || skipExponent()
    if isDouble {
      try refuseNameAfterNumber(from: start)
      guard let number = Double(source.text(start..<at)), number.isFinite else {
        throw error("the number is too large for a double", at: start)
      }
      return .double(number)
    }
    at = whole
    return try integer(try digits(base: 10, from: start), from: start)
  }

  private mutating func integer(_ magnitude: UInt64, from start: Int) throws(ExpressionError) -> Token.Kind {
    let isUnsigned = byte() | 32 == UInt8(ascii: "u")
    if isUnsigned { at += 1 }
    try refuseNameAfterNumber(from: start)
    return isUnsigned ? .unsigned(magnitude) : .integer(magnitude)
  }

  private mutating func digits(base: UInt8, from start: Int) throws(ExpressionError) -> UInt64 {
    let first = at
    var number: UInt64 = 0
    while let digit = byte().digit, digit < base {
      let (product, overflow) = number.multipliedReportingOverflow(by: UInt64(base))
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      if overflow || carry { throw error("the number is too large for 64 bits", at: start) }
      number = sum
      at += 1
    }
    if at == first { throw error("0x is followed by hexadecimal digits", at: start) }
    return number
  }

  private mutating func skipDigits() { while byte().isDigit { at += 1 } }

  private mutating func skipFraction() throws(ExpressionError) -> Bool {
    guard byte() == UInt8(ascii: "."), byte(ahead: 1).isDigit else { return false }
    at += 1
    skipDigits()
    _ = skipExponent()
    return true
  }

  private mutating func skipExponent() -> Bool {
    guard byte() | 32 == UInt8(ascii: "e") else { return false }
    let signed = [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(byte(ahead: 1))
    guard byte(ahead: signed ? 2 : 1).isDigit else { return false }
    at += signed ? 2 : 1
    skipDigits()
    return true
  }

  private func refuseNameAfterNumber(from start: Int) throws(ExpressionError) {
    if byte().startsName {
      throw error("a number ends where a name begins; units are not part of a number", at: start)
    }
  }
}
