// DataPlane+Alerts: what a lone sidecar shows of its accounts to whoever tells alerts.

import Exchange
import Meters

extension DataPlane {
  /// Accounts of these budgets on which something is spent, at most `countMax` in a step of `walk`. None of budgets that
  /// are shared: the daemon tells their alerts.
  public func readings(
    of budgets: Set<BudgetName>, walk: inout AccountWalk, atMost countMax: Int
  ) -> [BudgetReading] {
    admission.readings(of: budgets, at: Self.wallTime(), walk: &walk, atMost: countMax)
  }

  /// Counts an alert; `kind` is threshold or burn.
  public func countAlert(of budget: BudgetName, kind: String) { metrics.alerted(budget: budget.text, kind: kind) }
}
