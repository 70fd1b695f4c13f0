// Bills: what a provider billed on the meters of a test, and by how much that is beyond their limits.

import Exchange
import Meters

/// Bills by meter; a meter's name begins with its budget's.
public struct Bills {
  private var bills: [String: [(at: Int64, units: Int64)]] = [:]

  public init() {}

  public var meters: [String] { bills.keys.sorted() }

  public mutating func add(_ meter: String, at time: Int64, units: Int64) {
    bills[meter, default: []].append((time, units))
  }

  public func total(_ meter: String) -> Int64 { bills[meter, default: []].reduce(0) { $0 + $1.units } }

  /// The most any window, or the bucket, was overspent by; 0 or less when the promise was kept.
  public func overspent(_ meter: String, _ rule: BudgetRule) -> Int64 {
    let bills = bills[meter, default: []]
    switch rule.shape {
    case .calendarWindow(let window):
      var sums: [WallTime: Int64] = [:]
      for bill in bills {
        sums[window.bounds(containing: WallTime(milliseconds: bill.at)).start, default: 0] += bill.units
      }
      return (sums.values.max() ?? 0) - rule.limit
    case .tokenBucket(let period, let burst):
      // Both sides times the period, so that nothing is rounded.
      var level: Int64 = 0
      var worst: Int64 = 0
      var last = Int64.min
      for bill in bills.sorted(by: { $0.at < $1.at }) {
        if last != .min { level = max(0, level - rule.limit * (bill.at - last)) }
        last = bill.at
        level += bill.units * period.milliseconds
        worst = max(worst, level)
      }
      return worst - burst * period.milliseconds
    }
  }
}
