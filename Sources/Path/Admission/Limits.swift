// Limits: every bound of this stage, in one place.

enum Limits {
  /// Live meters of one budget. At the bound those that count nothing any more make room; unexpired spend never does.
  static let keysPerBudgetMax = 100_000
  /// A full budget looks for meters to drop at most this often, so that a flood of new keys stays cheap to refuse.
  static let sweepEveryMs: Int64 = 1000
  /// Bytes of a meter's key; longer ones are shortened to a prefix and a digest.
  static let keyBytesMax = 256
  /// Models whose ratio of tokens to bytes is learned one by one; the rest share one that only ever rises.
  static let modelsMax = 4096
  /// A lease reaches at most this part of the limit beyond what is asked for.
  static let leaseDivisor: Int64 = 32
  /// ... and at most this part of what is left, so that leases shrink near the limit.
  static let leaseRemainderDivisor: Int64 = 4
  /// When only open calls stand in the way, the earliest sensible time to ask again.
  static let retryWhenHeldMs: Int64 = 1000
}
