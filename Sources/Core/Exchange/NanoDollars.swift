// NanoDollars: money, in whole billionths of a dollar.

/// Money in billionths of a US dollar. Arithmetic saturates at the limits of Int64, as tokens' does: ±9.2 billion dollars.
public struct NanoDollars: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var value: Int64
  @inlinable public init(_ value: Int64) { self.value = value }
  public static let zero = NanoDollars(0)
  public static let perDollar: Int64 = 1_000_000_000

  @inlinable public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
  @inlinable public static func + (left: Self, right: Self) -> Self { Self(saturatingSum(left.value, right.value)) }
  @inlinable public static func - (left: Self, right: Self) -> Self {
    let (difference, overflow) = left.value.subtractingReportingOverflow(right.value)
    return Self(overflow ? (right.value > 0 ? .min : .max) : difference)
  }
  @inlinable public static func * (left: Self, right: Int64) -> Self { Self(saturatingProduct(left.value, right)) }
  public static func += (left: inout Self, right: Self) { left = left + right }

  /// `$2.50`, `$0.000001234`, `-$1.00`.
  public var description: String { value < 0 ? "-$\(magnitude)" : "$\(magnitude)" }

  /// The same without the sign of the dollar, exact: `2.50`, `0.000001234`. At least two decimals, as people write money.
  public var decimal: String { value < 0 ? "-\(magnitude)" : magnitude }

  private var magnitude: String {
    let (dollars, rest) = value.magnitude.quotientAndRemainder(dividingBy: UInt64(Self.perDollar))
    // A one in front keeps the zeros behind it.
    var digits = Array(String(rest + UInt64(Self.perDollar)).utf8.dropFirst())
    while digits.count > 2, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return "\(dollars).\(String(decoding: digits, as: UTF8.self))"
  }
}
