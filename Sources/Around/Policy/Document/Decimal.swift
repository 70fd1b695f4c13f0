// Decimal: a number with a decimal point, read without floating point.

/// Digits and perhaps a point with digits after it: `100`, `0.50`. No sign, no exponent.
struct Decimal {
  private static let digitsMax = 18

  /// nil when it is more than Int64 holds.
  private let whole: Int64?
  /// Without the zeros at its end; nil when it is longer than any unit is fine.
  private let fraction: (digits: Int64, scale: Int64)?

  init?(_ text: some StringProtocol) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isDigit) }) else { return nil }
    whole = Int64(String(decoding: Array(parts[0]), as: UTF8.self))
    var digits = parts.count == 2 ? Array(parts[1]) : []
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    if digits.count > Self.digitsMax {
      fraction = nil
    } else {
      let scale = digits.reduce(Int64(1)) { scale, _ in scale * 10 }
      fraction = (digits.reduce(0) { $0 * 10 + Int64($1 - 48) }, scale)
    }
  }

  /// So many units of which `scale` make a one, held at Int64's end; nil when it is no whole number of them.
  func scaled(by scale: Int64) -> Int64? {
    guard let fraction else { return nil }
    let (units, rest) = (Int128(fraction.digits) * Int128(scale)).quotientAndRemainder(
      dividingBy: Int128(fraction.scale))
    if rest != 0 { return nil }
    guard let whole else { return .max }
    return Int64(clamping: Int128(whole) * Int128(scale) + units)
  }
}
