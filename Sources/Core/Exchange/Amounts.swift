// Amounts: tokens, and arithmetic that cannot wrap round; money and tokens are never floating point.

/// Tokens as a provider counts them. Arithmetic saturates at the limits of Int64: a provider that reports an absurd
/// number can fill a budget, never wrap it round.
public struct TokenCount: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var value: Int64
  @inlinable public init(_ value: Int64) { self.value = value }
  @inlinable public init(_ value: Int) { self.value = Int64(value) }
  public static let zero = TokenCount(0 as Int64)

  @inlinable public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
  @inlinable public static func + (left: Self, right: Self) -> Self { Self(saturatingSum(left.value, right.value)) }
  @inlinable public static func - (left: Self, right: Self) -> Self {
    Self(saturatingDifference(left.value, right.value))
  }
  @inlinable public static func * (left: Self, right: Int64) -> Self { Self(saturatingProduct(left.value, right)) }
  public var description: String { String(value) }
}

/// `left + right`, held at the limits of Int64.
@inlinable public func saturatingSum(_ left: Int64, _ right: Int64) -> Int64 {
  let (sum, overflow) = left.addingReportingOverflow(right)
  return overflow ? (right > 0 ? .max : .min) : sum
}

/// `left - right`, held at the limits of Int64.
@inlinable public func saturatingDifference(_ left: Int64, _ right: Int64) -> Int64 {
  let (difference, overflow) = left.subtractingReportingOverflow(right)
  return overflow ? (right > 0 ? .min : .max) : difference
}

/// `left * right`, held at the limits of Int64.
@inlinable public func saturatingProduct(_ left: Int64, _ right: Int64) -> Int64 {
  let (product, overflow) = left.multipliedReportingOverflow(by: right)
  return overflow ? ((left < 0) == (right < 0) ? .max : .min) : product
}
