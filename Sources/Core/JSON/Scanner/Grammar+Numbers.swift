// Grammar+Numbers: numbers, refused where Int64 or Double could not hold them.

import Bytes

extension Span where Element == UInt8 {
  /// The index after the number that starts at `start` with a digit or a minus.
  func endOfNumber(from start: Int) throws(TextFault) -> Int {
    let isNegative = byte(at: start) == UInt8(ascii: "-")
    let first = isNegative ? start + 1 : start
    let whole = endOfDigits(from: first)
    if whole == first { throw TextFault(message: "a digit expected", position: whole) }
    if byte(at: first) == UInt8(ascii: "0"), whole > first + 1 {
      throw TextFault(message: "a number with leading zeros", position: first + 1)
    }
    let next = byte(at: whole)
    if next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") {
      return try endOfReal(from: start, whole: first..<whole)
    }
    if whole - first > 18, !fitsInteger(first..<whole, isNegative: isNegative) {
      throw TextFault(message: "integer beyond 64 bits", position: start)
    }
    return whole
  }

  private func fitsInteger(_ digits: Range<Int>, isNegative: Bool) -> Bool {
    if digits.count > 19 { return false }
    var magnitude: UInt64 = 0  // 19 digits always fit
    for index in digits { magnitude = magnitude * 10 + UInt64(byte(at: index) - 48) }
    return magnitude <= UInt64(Int64.max) + (isNegative ? 1 : 0)
  }

  private func endOfReal(from start: Int, whole: Range<Int>) throws(TextFault) -> Int {
    var at = whole.upperBound
    if byte(at: at) == UInt8(ascii: ".") {
      let fraction = at + 1
      at = endOfDigits(from: fraction)
      if at == fraction { throw TextFault(message: "a digit expected", position: at) }
    }
    var exponent = 0
    if byte(at: at) | 0x20 == UInt8(ascii: "e") {
      let sign = byte(at: at + 1)
      let digits = at + (sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") ? 2 : 1)
      at = endOfDigits(from: digits)
      if at == digits { throw TextFault(message: "a digit expected", position: at) }
      // Far beyond any length of digits that could make up for it.
      for index in digits..<at where exponent < 1 << 40 { exponent = exponent * 10 + Int(byte(at: index) - 48) }
      if sign == UInt8(ascii: "-") { exponent = -exponent }
    }
    // Below 10^308 nothing overflows; above, only exact reading can tell (leading zeros, all zeros, the last ulp).
    if whole.count + exponent > 308, reads(start..<at).isInfinite {
      throw TextFault(message: "real beyond double precision", position: start)
    }
    return at
  }

  private func reads(_ number: Range<Int>) -> Double { Double(String(extracting(number))) ?? .infinity }
}
