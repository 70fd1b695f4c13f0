// Policy+BudgetRules: the budgets of a policy as those who count understand them: the sidecar and the daemon alike, for
// both must count on the same meters.

import Exchange
import Meters

extension Policy {
  /// A rule for each budget, in their order. Throws for what a policy can say and nobody keeps yet: a budget that limits
  /// less than it says is worse than none.
  public func budgetRules() throws(PolicyError) -> [BudgetRule] {
    var rules: [BudgetRule] = []
    var obstacles: [Diagnostic] = []
    for budget in budgets {
      do throws(NotKept) {
        rules.append(try BudgetRule(budget))
      } catch {
        obstacles.append(
          Diagnostic(
            file: "policy", position: nil, path: "budgets.\(budget.name)",
            message: "\(error.what) is not kept in this version"))
      }
    }
    if !obstacles.isEmpty { throw PolicyError(obstacles) }
    return rules
  }
}

private struct NotKept: Error {
  let what: String
  init(_ what: String) { self.what = what }
}

extension BudgetRule {
  fileprivate init(_ budget: Policy.Budget) throws(NotKept) {
    if budget.enforcement != .refuse { throw NotKept("shadow, queue or unlimited") }
    if budget.zone != .utc { throw NotKept("timezone \(budget.zone)") }
    if budget.carriesDebt { throw NotKept("carryDebt") }
    if budget.outputFloor != nil { throw NotKept("floor") }
    if budget.alerts != .init() { throw NotKept("alertAt or burn") }
    let shape: Shape
    switch (budget.limit.shape, budget.limit.period) {
    case (.tokenBucket(let burst), .second): shape = .tokenBucket(.second, burst: burst)
    case (.tokenBucket(let burst), .minute): shape = .tokenBucket(.minute, burst: burst)
    case (.fixedWindow, .hour): shape = .calendarWindow(CalendarWindow(.hour))
    case (.fixedWindow, .day): shape = .calendarWindow(CalendarWindow(.day))
    case (.fixedWindow, .week): shape = .calendarWindow(CalendarWindow(.week))
    case (.fixedWindow, .month): shape = .calendarWindow(CalendarWindow(.month))
    case (.tokenBucket, _), (.fixedWindow, _): throw NotKept("a limit per \(budget.limit.period) of this shape")
    }
    var per: [Dimension] = []
    for dimension in budget.per { per.append(try Dimension(dimension)) }
    var match: [Selector] = []
    for condition in budget.match { match.append(try Selector(condition)) }
    self.init(
      name: budget.name, unit: try Unit(budget.limit.meter), limit: budget.limit.amount, shape: shape, per: per,
      match: match)
  }
}

extension BudgetRule.Selector {
  fileprivate init(_ condition: Policy.Condition) throws(NotKept) {
    let dimension = try BudgetRule.Dimension(condition.dimension)
    switch condition.test {
    case .equals(let value): self.init(dimension, value)
    case .startsWith(let beginning): self.init(dimension, .startsWith(beginning))
    case .regex: throw NotKept("match by regex")
    case .present: throw NotKept("match by present")
    }
  }
}

extension BudgetRule.Unit {
  fileprivate init(_ meter: Policy.BudgetLimit.Meter) throws(NotKept) {
    switch meter {
    case .totalTokens: self = .totalTokens
    case .inputTokens: self = .inputTokens
    case .outputTokens: self = .outputTokens
    case .requests: self = .requests
    case .cachedInputTokens, .cacheCreationInputTokens, .reasoningTokens, .usd, .weighted, .expression:
      throw NotKept("this unit")
    }
  }
}

extension BudgetRule.Dimension {
  fileprivate init(_ dimension: Policy.Dimension) throws(NotKept) {
    switch dimension {
    case .header(let name): self = .header(name)
    case .model: self = .model
    case .user, .team, .tenant, .pod, .namespace, .serviceAccount, .backend, .path: throw NotKept("\(dimension)")
    }
  }
}
