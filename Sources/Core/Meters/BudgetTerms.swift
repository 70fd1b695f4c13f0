// BudgetTerms: the numbers of a rule that its meters need.

import Exchange

/// All that counting takes of a rule, without a reference to count.
public struct BudgetTerms: Hashable, Sendable {
  public let unit: BudgetRule.Unit
  public let limit: Int64
  public let shape: BudgetRule.Shape
  /// The most that can be spent at once.
  public let capacity: Int64

  public init(_ rule: BudgetRule) {
    unit = rule.unit
    limit = max(0, rule.limit)
    shape = rule.shape
    capacity =
      switch rule.shape {
      case .tokenBucket(_, let burst): max(0, burst)
      case .calendarWindow: max(0, rule.limit)
      }
  }
}

/// What a meter's spend belongs to, across policies and restarts: rules of the same name and measure share it.
public struct BudgetID: Hashable, Sendable {
  public var name: BudgetName
  public var measure: String

  public init(name: BudgetName, measure: String) {
    self.name = name
    self.measure = measure
  }

  public init(_ rule: BudgetRule) { self.init(name: rule.name, measure: rule.measure) }
  public init(_ mark: MeterMark) { self.init(name: mark.budget, measure: mark.measure) }
  public init(_ meter: MeterName) { self.init(name: meter.budget, measure: meter.measure) }
}
