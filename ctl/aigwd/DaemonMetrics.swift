// DaemonMetrics: what /metrics shows of a daemon, in the Prometheus text format 0.0.4.

import Authority
import Bytes
import Exchange
import Reactor
import Telemetry

@EventLoop
enum DaemonMetrics {
  static func write(_ statistics: GovernorStatistics, _ node: Node, into page: inout ByteBuffer) {
    var text = MetricsText()
    text.gauge("aigwd_policy_generation", "Generation of the policy in force.", statistics.generation)
    text.family("aigwd_policy_changes_total", .counter, "Policies that came into force since the start.")
    text.sample("aigwd_policy_changes_total", [], statistics.changes)
    text.family("aigwd_policy_refusals_total", .counter, "Policy changes that were refused.")
    text.sample("aigwd_policy_refusals_total", [], statistics.refusals)
    text.family("aigwd_receipts_total", .counter, "Receipts reported by sidecars since the start.")
    text.sample("aigwd_receipts_total", [], node.receiptCount)
    text.family("aigwd_ledger_failures_total", .counter, "Writes the ledger could not make.")
    text.sample("aigwd_ledger_failures_total", [], node.ledgerFailures)
    let sidecars = node.sidecarAccounts()
    text.family("aigwd_sidecars", .gauge, "Sidecars by how they took the newest generation.")
    for state in SidecarAccount.State.allCases {
      text.sample("aigwd_sidecars", [("state", state.rawValue)], sidecars.count { $0.state == state })
    }
    text.family("aigwd_budget_alerts_total", .counter, "Thresholds and burn rates that budgets reached.")
    for (budget, kinds) in node.alertCounts.sorted(by: { $0.key.text < $1.key.text }) {
      for (kind, count) in kinds.sorted(by: { $0.key < $1.key }) {
        text.sample("aigwd_budget_alerts_total", [("budget", budget.text), ("kind", kind)], count)
      }
    }
    let budgets = node.budgetAccounts(of: nil)
    family("aigwd_budget_limit", "The most the budget allows in its window or bucket.", budgets, &text) { $0.limit }
    family("aigwd_budget_used", "Spend reported in the current window or bucket.", budgets, &text) { $0.used }
    family("aigwd_budget_reserved", "Credit that sidecars may still spend.", budgets, &text) { $0.reserved }
    page.append(text.page.span)
  }

  private static func family(
    _ name: StaticString, _ help: StaticString, _ budgets: [BudgetAccount], _ text: inout MetricsText,
    _ value: (BudgetAccount) -> Int64
  ) {
    text.family(name, .gauge, help)
    for budget in budgets {
      let labels = [("budget", budget.name.text), ("scope", budget.scope), ("unit", budget.unit)]
      text.sample(name, labels, Int(value(budget)))
    }
  }
}
