// Token: the words of an expression.

struct Token {
  let kind: Kind
  /// Where it begins and ends, in bytes.
  let range: Range<Int>

  enum Kind: Equatable {
    case name(String)
    /// A field's name between backticks: .`content-type`.
    case quotedName(String)
    /// Digits without a sign, which the parser adds: -9223372036854775808 is a number though its digits alone are not.
    case integer(UInt64)
    case unsigned(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case symbol(Symbol)
    case end
  }

  /// Operators and brackets.
  enum Symbol: String, CaseIterable {
    case and = "&&"
    case or = "||"
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case dividedBy = "/"
    case remainder = "%"
    case not = "!"
    case question = "?"
    case colon = ":"
    case dot = "."
    case comma = ","
    case openParenthesis = "("
    case closeParenthesis = ")"
    case openBracket = "["
    case closeBracket = "]"
    case openBrace = "{"
    case closeBrace = "}"
  }

  var start: Int { range.lowerBound }

  /// What a person would call it.
  var text: String {
    switch kind {
    case .name(let name): name
    case .quotedName(let name): "`\(name)`"
    case .integer, .unsigned, .double: "a number"
    case .string: "a text"
    case .bytes: "bytes"
    case .symbol(let symbol): symbol.rawValue
    case .end: "the end"
    }
  }
}

extension UInt8 {
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  var startsName: Bool {
    self == UInt8(ascii: "_") || (self | 32 >= UInt8(ascii: "a") && self | 32 <= UInt8(ascii: "z"))
  }

  var continuesName: Bool { startsName || isDigit }

  /// What the digit is worth, in bases up to sixteen; nil for anything else.
  var digit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
