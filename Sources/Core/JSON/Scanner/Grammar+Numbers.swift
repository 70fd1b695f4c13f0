// Grammar+Numbers: numbers, of any size and precision.

extension Span where Element == UInt8 {
  /// The index after the number that starts at `start` with a digit or a minus.
  func endOfNumber(from start: Int) throws(TextFault) -> Int {
    let first = byte(at: start) == UInt8(ascii: "-") ? start + 1 : start
    let whole = endOfDigits(from: first)
    if whole == first { throw TextFault(message: "a digit expected", position: whole) }
    if byte(at: first) == UInt8(ascii: "0"), whole > first + 1 {
      throw TextFault(message: "a number with leading zeros", position: first + 1)
    }
    let next = byte(at: whole)
    return next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") ? try endOfReal(from: whole) : whole
  }

  /// The same, standing after the whole digits of a real number.
  private func endOfReal(from start: Int) throws(TextFault) -> Int {
    var at = start
    if byte(at: at) == UInt8(ascii: ".") {
      at = try endOfSomeDigits(from: at + 1)
    }
    if byte(at: at) | 0x20 == UInt8(ascii: "e") {
      let sign = byte(at: at + 1)
      at = try endOfSomeDigits(from: at + (sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") ? 2 : 1))
    }
    return at
  }

  private func endOfSomeDigits(from start: Int) throws(TextFault) -> Int {
    let end = endOfDigits(from: start)
    if end == start { throw TextFault(message: "a digit expected", position: end) }
    return end
  }
}
