// Limits: every bound of this stage, in one place.

enum Limits {
  /// Models whose ratio of tokens to bytes is learned one by one; the rest share one that only ever rises.
  static let modelsMax = 4096
  /// A lease reaches at most this part of the limit beyond what is asked for.
  static let leaseDivisor: Int64 = 32
  /// ... and at most this part of what is left, so that leases shrink near the limit.
  static let leaseRemainderDivisor: Int64 = 4
  /// So much output a call is fitted to by its share alone; of what would pay for more, another share is left.
  static let outputUnshared: Int64 = 4096
  /// When only open calls stand in the way, the earliest sensible time to ask again.
  static let retryWhenHeldMs: Int64 = 1000

  /// Calls that wait for one meter; more are refused.
  static let waitingMax = 1000

  /// The authority is not asked again for what it just denied, nor for more than it just gave, within this time.
  static let deniedForMs: Int64 = 1000
  /// ... unless it has asked others to give credit back, which takes about this long.
  static let recallMs: Int64 = 20
  /// An answer that takes longer than this is taken for lost.
  static let answerMs: Int64 = 5000
  /// How often a key with credit is looked at: what it spent is reported, what it does not need is given back.
  static let upkeepMs: Int64 = 1000
  /// A key whose credit nobody asked for during this time gives it back.
  static let idleMs: Int64 = 10_000
  /// A process that did not run for this long gives its credit back before it spends again: the authority may have
  /// taken it for dead. Shorter than the time after which the authority does.
  static let frozenMs: Int64 = 20_000
}
