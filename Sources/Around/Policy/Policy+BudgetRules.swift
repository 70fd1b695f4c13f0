// Policy+BudgetRules: the budgets of a policy as those who count understand them: the sidecar and the daemon alike, for
// both must count on the same meters.

import Exchange
import Meters

extension Policy {
  /// A rule for each budget, in their order. Throws for each whose time zone cannot be had.
  ///
  /// - Parameter read: reads a file of the time zone database; nil where there is none.
  public func budgetRules(read: (String) -> [UInt8]?) throws(PolicyError) -> [BudgetRule] {
    var rules: [BudgetRule] = []
    rules.reserveCapacity(budgets.count)
    var obstacles: [Diagnostic] = []
    for budget in budgets {
      do throws(ZoneError) {
        rules.append(try BudgetRule(budget, read: read))
      } catch {
        obstacles.append(
          Diagnostic(file: "policy", position: nil, path: "budgets.\(budget.name)", message: error.description))
      }
    }
    if !obstacles.isEmpty { throw PolicyError(obstacles) }
    return rules
  }
}

extension BudgetRule {
  fileprivate init(_ budget: Policy.Budget, read: (String) -> [UInt8]?) throws(ZoneError) {
    let zone = try Zone(budget.zone, read: read)
    self.init(
      name: budget.name, unit: Unit(budget.limit.meter), cost: CostName(budget), limit: budget.limit.amount,
      shape: Shape(budget.limit, in: zone), per: budget.per.map { Dimension($0) },
      match: budget.match.map { Selector($0) })
    enforcement = Enforcement(budget.enforcement)
    carriesDebt = budget.carriesDebt
    outputFloor = budget.outputFloor
  }
}
