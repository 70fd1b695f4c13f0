// BurnGauge: how fast one account is spent, against the pace that would use its limit evenly.

import Exchange
import Meters
import Policy

/// Remembers what had been spent at a bounded number of times, and says what was spent since the oldest one that still
/// counts. What an account had spent when it was first seen may have been spent at any time before, so it is no spend
/// of that moment: after a restart a rate is known again once it has been watched.
struct BurnGauge: Sendable {
  private struct Sample {
    let at: WallTime
    let total: Int64
  }

  /// Oldest first; but for the first, none is older than the rule looks back.
  private var samples: [Sample] = []
  /// Spent since the account was first seen, over the ends of its windows.
  private var total: Int64 = 0
  private var last: (used: Int64, windowEnd: WallTime)?
  /// Told, and not yet fallen below half the rate.
  private var isTold = false

  /// Takes a reading; answers ten times the multiple of the even pace when it is to be told now.
  mutating func look(_ reading: BudgetReading, _ burn: Policy.Burn, windowMs: Int64, at now: WallTime) -> Int64? {
    count(reading)
    sample(burn.overMs, at: now)
    let rate = Rate(
      spent: saturatingDifference(total, samples[0].total), limit: reading.limit, windowMs: windowMs,
      overMs: burn.overMs)
    if isTold {
      if rate.isBelowHalf(of: burn.factor) { isTold = false }
      return nil
    }
    isTold = rate.reaches(burn.factor)
    return isTold ? rate.tenths : nil
  }

  /// What a new window has used was spent in it. A use that went down was given back.
  private mutating func count(_ reading: BudgetReading) {
    if let last {
      let before = last.windowEnd == reading.resetsAt ? last.used : 0
      total = saturatingSum(total, saturatingDifference(reading.used, before))
    }
    last = (reading.used, reading.resetsAt)
  }

  private mutating func sample(_ overMs: Int64, at now: WallTime) {
    // A clock set back: what lies in the future says nothing about the last minutes.
    samples.removeAll { $0.at > now }
    let spacingMs = max(1, overMs / Int64(AlertLimits.samplesMax - 2))
    if samples.last.map({ saturatingDifference(now.milliseconds, $0.at.milliseconds) >= spacingMs }) ?? true {
      samples.append(Sample(at: now, total: total))
    }
    // The first one stands for the beginning of the time looked back on, so the next must not be there yet.
    let from = saturatingDifference(now.milliseconds, overMs)
    while samples.count > 1, samples[1].at.milliseconds <= from || samples.count > AlertLimits.samplesMax {
      samples.removeFirst()
    }
  }

  /// `spent` within `overMs` of a window of `windowMs` that may use `limit`.
  private struct Rate {
    let spent: UInt128
    /// What the even pace spends, times the same.
    let even: UInt128
    /// More than a year.
    private static let msMax: Int64 = 1 << 35

    /// Less than 2^98 each, which leaves room for a factor of 2^30 millionths.
    init(spent: Int64, limit: Int64, windowMs: Int64, overMs: Int64) {
      self.spent = UInt128(max(0, spent)) * UInt128(min(max(1, windowMs), Self.msMax))
      even = UInt128(max(1, limit)) * UInt128(min(max(1, overMs), Self.msMax))
    }

    func reaches(_ factor: Policy.Share) -> Bool { spent * 1_000_000 >= even * UInt128(factor.millionths) }
    func isBelowHalf(of factor: Policy.Share) -> Bool { spent * 2_000_000 < even * UInt128(factor.millionths) }
    var tenths: Int64 { Int64(clamping: spent * 10 / even) }
  }
}
