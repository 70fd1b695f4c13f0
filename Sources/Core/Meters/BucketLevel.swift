// BucketLevel: how much of a token bucket is spent, draining at an exact rate.
import Exchange

/// The spent part of a bucket. It drains by `limit` units per period, to the exact fraction of a unit, whatever the
/// steps in which time is told: 60,000 steps of a millisecond drain what one step of a minute does.
public struct BucketLevel: Hashable, Sendable {
  /// Whole units, plus `fraction` parts of `1 / periodMs` unit each.
  private var whole: Int64
  private(set) var fraction: Int64 = 0
  private var asOf: WallTime

  public init(used: Int64, asOf: WallTime) {
    whole = max(0, used)
    self.asOf = asOf
  }

  /// Spent units; a part of one counts whole.
  public var used: Int64 { fraction > 0 ? saturatingSum(whole, 1) : whole }

  /// Lets the time up to `now` drain the bucket. A clock set back drains nothing, and draining goes on from there:
  /// real time passes at the same pace before and after the step.
  public mutating func drain(to now: WallTime, limit: Int64, periodMs: Int64) {
    assert(periodMs > 0 && fraction < periodMs, "\(fraction) parts of 1/\(periodMs)")
    guard now != asOf else { return }
    let (difference, overflow) = now.milliseconds.subtractingReportingOverflow(asOf.milliseconds)
    let elapsed = now < asOf ? 0 : overflow ? Int64.max : difference
    asOf = now
    guard whole > 0 || fraction > 0, elapsed > 0, limit > 0 else { return }
    let (flowed, flowedOverflow) = limit.multipliedReportingOverflow(by: elapsed)
    let (filled, filledOverflow) = whole.multipliedReportingOverflow(by: periodMs)
    if !flowedOverflow && !filledOverflow {
      let left = filled - flowed + fraction
      whole = left > 0 ? left / periodMs : 0
      fraction = left > 0 ? left % periodMs : 0
    } else {
      let left = parts(periodMs) - Int128(limit) * Int128(elapsed)
      whole = left > 0 ? Int64(left / Int128(periodMs)) : 0
      fraction = left > 0 ? Int64(left % Int128(periodMs)) : 0
    }
    assert(whole >= 0 && (0..<periodMs).contains(fraction), "drained to \(whole) and \(fraction)/\(periodMs)")
  }

  public mutating func add(_ units: Int64) { whole = saturatingSum(whole, max(0, units)) }

  /// A change of the period: the fraction counts whole, in the budget's favour.
  public mutating func roundUp() {
    whole = used
    fraction = 0
  }

  /// Milliseconds until `used` has come down to `level`; nil if it never will.
  public func msUntil(level: Int64, limit: Int64, periodMs: Int64) -> Int64? {
    assert(fraction < periodMs, "\(fraction) parts of 1/\(periodMs)")
    let excess = parts(periodMs) - Int128(max(0, level)) * Int128(periodMs)
    guard excess > 0 else { return 0 }
    guard limit > 0 else { return nil }
    return Int64(clamping: (excess + Int128(limit) - 1) / Int128(limit))
  }

  private func parts(_ periodMs: Int64) -> Int128 { Int128(whole) * Int128(periodMs) + Int128(fraction) }
}
