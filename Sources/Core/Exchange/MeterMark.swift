// MeterMark: how far one meter of a budget may have counted, as the ledger remembers it across a restart.

/// A durable upper bound of one meter's spend, which is a high-water mark. A *lease* is a mark made before the spending
/// it allows: found after a crash, all of it is taken as spent. An exact mark is written by an orderly stop.
public struct MeterMark: Hashable, Sendable {
  public var budget: BudgetName
  /// What is counted and how: unit, shape, and the dimensions it is split by: `totalTokens/day/header:x-user-id`.
  /// A mark speaks only for a meter of the same measure.
  public var measure: String
  /// Whose meter: the values of those dimensions; empty for a budget that is not split.
  public var key: String
  /// Units that may be spent, at most.
  public var used: Int64
  /// The part of `used` that calls still open at the end of the window may take into the next one.
  public var carried: Int64
  /// When `used` was true. A window's count stands for the window that contains this; a bucket's drains from here
  /// on, unless it is a lease, which may be spent until the moment it is found.
  public var asOf: WallTime
  /// From here on the mark says nothing and may be forgotten; nil: never on its own.
  public var expires: WallTime?
  public var isLease: Bool

  public init(
    budget: BudgetName, measure: String, key: String, used: Int64, carried: Int64 = 0, asOf: WallTime,
    expires: WallTime? = nil, isLease: Bool
  ) {
    self.budget = budget
    self.measure = measure
    self.key = key
    self.used = used
    self.carried = carried
    self.asOf = asOf
    self.expires = expires
    self.isLease = isLease
  }
}
