// Policy+BudgetRules: the budgets of a policy as those who count understand them: the sidecar and the daemon alike, for
// both must count on the same meters.

import Exchange
import Meters

extension Policy {
  /// A rule for each budget, in their order. Throws for what a policy can say and nobody keeps yet: a budget that limits
  /// less than it says is worse than none.
  ///
  /// - Parameter read: reads a file of the time zone database; nil where there is none.
  public func budgetRules(read: (String) -> [UInt8]?) throws(PolicyError) -> [BudgetRule] {
    var rules: [BudgetRule] = []
    var obstacles: [Diagnostic] = []
    for budget in budgets {
      do throws(NotKept) {
        rules.append(try BudgetRule(budget, read: read))
      } catch {
        obstacles.append(
          Diagnostic(
            file: "policy", position: nil, path: "budgets.\(budget.name)",
            message: error.reason))
      }
    }
    if !obstacles.isEmpty { throw PolicyError(obstacles) }
    return rules
  }
}

private struct NotKept: Error {
  let reason: String
  init(_ what: String) { reason = "\(what) is not kept in this version" }
  init(reason: String) { self.reason = reason }
}

extension BudgetRule {
  fileprivate init(_ budget: Policy.Budget, read: (String) -> [UInt8]?) throws(NotKept) {
    let zone: Zone
    do throws(ZoneError) { zone = try Zone(budget.zone, read: read) } catch {
      throw NotKept(reason: error.description)
    }
    var per: [Dimension] = []
    for dimension in budget.per { per.append(try Dimension(dimension)) }
    var match: [Selector] = []
    for condition in budget.match { match.append(try Selector(condition)) }
    self.init(
      name: budget.name, unit: Unit(budget.limit.meter), cost: CostName(budget), limit: budget.limit.amount,
      shape: Shape(budget.limit, in: zone), per: per, match: match)
    enforcement = Enforcement(budget.enforcement)
    carriesDebt = budget.carriesDebt
    outputFloor = budget.outputFloor
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

extension BudgetRule.Dimension {
  fileprivate init(_ dimension: Policy.Dimension) throws(NotKept) {
    switch dimension {
    case .header(let name): self = .header(name)
    case .model: self = .model
    case .user, .team, .tenant, .pod, .namespace, .serviceAccount, .backend, .path: throw NotKept("\(dimension)")
    }
  }
}
