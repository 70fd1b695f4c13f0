// BudgetTerms: the numbers of a rule that its meters need.

import Exchange

/// All that counting takes of a rule, small and quick to copy.
public struct BudgetTerms: Hashable, Sendable {
  public let unit: BudgetRule.Unit
  public let limit: Int64
  public let shape: BudgetRule.Shape
  /// The most that can be spent at once.
  public let capacity: Int64
  public let enforcement: BudgetRule.Enforcement
  public let carriesDebt: Bool
  /// In tokens; nil leaves it to the call.
  public let outputFloor: Int64?

  public init(_ rule: BudgetRule) {
    unit = rule.unit
    limit = max(0, rule.limit)
    shape = rule.shape
    capacity =
      switch rule.shape {
      case .tokenBucket(_, let burst): max(0, burst)
      case .calendarWindow: max(0, rule.limit)
      }
    enforcement = rule.enforcement
    carriesDebt = rule.carriesDebt
    outputFloor = rule.outputFloor.map { max(0, $0.value) }
  }

  /// Calls for which there is no room do not pass.
  public var isEnforced: Bool {
    switch enforcement {
    case .refuse, .queue: true
    case .shadow, .unlimited: false
    }
  }

  /// The most that may be granted or leased: `capacity` where it is kept. Half of all there is leaves room for sums.
  public var ceiling: Int64 { isEnforced ? capacity : .max / 2 }
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

  /// Those of all `rules`, in their order. Ten thousand budgets have few measures: each is kept once.
  public static func all(_ rules: [BudgetRule]) -> [BudgetID] {
    var measures: Set<String> = []
    return rules.map { rule in
      BudgetID(name: rule.name, measure: measures.insert(rule.measure).memberAfterInsert)
    }
  }

  public init(_ mark: MeterMark) { self.init(name: mark.budget, measure: mark.measure) }
  public init(_ meter: MeterName) { self.init(name: meter.budget, measure: meter.measure) }
}
