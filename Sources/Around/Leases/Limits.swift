// Limits: every bound of this room, in one place.

enum Limits {
  /// A holder that has been silent for this long is not asked for credit any more, and what it has counts as used.
  static let silentMs: Int64 = 30_000
  /// So long after that its credit is booked for good. Until then it is held through every end of a window: the holder
  /// may be stopped and go on, and its provider may bill meanwhile.
  static let deadMs: Int64 = 300_000
  /// Closed accounts are remembered for this long, so that a message that comes twice is not booked twice.
  static let closedMs: Int64 = 60_000
  /// The clock is believed for steps up to this; a longer one means that it was set or that the daemon did not run,
  /// and holders could not have been heard.
  static let stepMaxMs: Int64 = 5_000
  /// Holders known at once, dead ones included; more are refused until some are forgotten.
  static let holdersMax = 4096
  /// Marks and rows of budgets that no policy names are kept up to this number; beyond it they stay on disk only.
  static let unclaimedMax = 100_000
  /// Beyond what is needed, a holder gets at most what is left divided by this times one more than its holders.
  static let shareDivisor: Int64 = 2
  /// A recall is sent to a holder again only after this time ...
  static let recallAgainMs: Int64 = 1_000
  /// ... and what it said it needs is believed for this long.
  static let believedMs: Int64 = 20
  /// When only other holders' credit stands in the way, the earliest sensible time to ask again.
  static let retryWhenHeldMs: Int64 = 1_000
}
