// HeldLease: what one holder has of one meter, as the authority that granted it remembers it across a restart.

/// Credit granted to a holder. Both amounts count from the holder's start and only grow, so a row may be written again.
public struct HeldLease: Hashable, Sendable {
  /// The process that may spend it, by a name unique for its life.
  public var holder: String
  public var budget: BudgetName
  /// What is counted and how, as in `MeterMark`.
  public var measure: String
  /// Whose meter, as in `MeterMark`.
  public var key: String
  /// Units the holder may have spent, at most.
  public var granted: Int64
  /// Units it has said it spent.
  public var spent: Int64
  /// When it last said so.
  public var seenAt: WallTime

  public init(
    holder: String, budget: BudgetName, measure: String, key: String, granted: Int64, spent: Int64, seenAt: WallTime
  ) {
    self.holder = holder
    self.budget = budget
    self.measure = measure
    self.key = key
    self.granted = granted
    self.spent = spent
    self.seenAt = seenAt
  }
}
