// Limits: every bound of this room, in one place.

/// Bounds that all who keep meters share.
public enum MeterLimits {
  /// Live meters of one budget. At the bound those that count nothing any more make room; unexpired spend never does.
  public static let keysPerBudgetMax = 100_000
  /// A full budget looks for meters to drop at most this often, so that a flood of new keys stays cheap to refuse.
  public static let sweepEveryMs: Int64 = 1000
  /// Meters that make room at once when a budget has as many keys as it can.
  public static let evictedAtOnce = 64
  /// Keys per budget that are known to be on record and not in memory; beyond them every new key is looked up.
  static let onRecordMax = 1_000_000
}
