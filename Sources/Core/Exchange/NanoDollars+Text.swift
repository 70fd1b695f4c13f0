// NanoDollars+Text: dollars as people write them, read to the last digit and never by way of floating point.

/// A text that is no amount of money.
public struct MalformedAmount: Error, Hashable, Sendable {
  /// Follows the path in a diagnostic: what is wrong and what to write instead.
  public let reason: String
}

extension NanoDollars {
  /// Reads `2.50`, `$15` or `0.075`: digits, perhaps a point and at most nine decimals. Throws for other text, a finer
  /// amount and one that does not fit.
  public init(parsing text: some StringProtocol) throws(MalformedAmount) {
    let digits = text.utf8.first == UInt8(ascii: "$") ? text.utf8.dropFirst() : text.utf8[...]
    let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isDigit) }) else { throw Self.malformed(text) }
    var value: Int64 = 0
    for digit in parts[0] { value = saturatingSum(saturatingProduct(value, 10), Int64(digit) - 48) }
    var scale = Self.perDollar
    value = saturatingProduct(value, scale)
    for digit in parts.dropFirst().joined() {
      scale /= 10
      if scale == 0, digit != UInt8(ascii: "0") {
        throw MalformedAmount(reason: "is finer than a billionth of a dollar, which is the smallest amount counted")
      }
      value = saturatingSum(value, scale * (Int64(digit) - 48))
    }
    if value == .max { throw MalformedAmount(reason: "is more than 9 billion dollars") }
    self.init(value)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func malformed(_ text: some StringProtocol) -> MalformedAmount {
    let first = text.utf8.first
    if first == UInt8(ascii: "-") || text.utf8.dropFirst().first == UInt8(ascii: "-") {
      return MalformedAmount(reason: "must not be negative")
    }
    return MalformedAmount(reason: "must be dollars as in 2.50, $15 or 0.075: digits and at most one point")
  }
}
