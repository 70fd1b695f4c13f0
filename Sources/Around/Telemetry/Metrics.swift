// Metrics: what the path counts, kept where counting is a plain addition, written out when somebody scrapes.

import Bytes

/// Everything `/metrics` shows, in the Prometheus text format 0.0.4. Touched on the event loop only.
///
/// The path asks once for the series of a (model, backend) pair and adds to its fields; labels are joined when scraped.
/// At most `seriesMax` pairs are kept apart; further ones share the pair `other`, so that an agent inventing model names
/// cannot fill the memory.
public final class Metrics {
  public enum Limits {
    public static let seriesMax = 1_000
  }

  private struct Pair: Hashable {
    let model: String
    let backend: String
  }
  private struct Fallback: Hashable {
    let from: String
    let to: String
    let reason: String
  }

  private var series: [Pair: Series] = [:]
  private var fallbacks: [Fallback: Int] = [:]
  private var refusals: [String: Int] = [:]
  private var shadowRefusals: [String: Int] = [:]
  private struct BudgetAlert: Hashable {
    let budget: String
    let kind: String
  }
  private var alerts: [BudgetAlert: Int] = [:]
  /// Calls refused because their prompt came too often.
  public var loopRefusals = 0
  /// Exchanges going on now.
  public var openExchanges = 0
  /// Connections agents hold now.
  public var openConnections = 0
  /// The generation of the policy in force.
  public var policyGeneration = 0
  /// Policy changes that were refused.
  public var policyRefusals = 0
  /// Writes the ledger could not make.
  public var ledgerFailures = 0
  /// The last write of the ledger succeeded.
  public var isLedgerUp = true
  /// Receipts that were dropped because the ledger could not be written for too long.
  public var receiptsLost = 0
  /// The authority of shared budgets answered the last time it was asked; nil where there is none.
  public var isAuthorityUp: Bool?

  public init() {}

  /// The counters of `model` asked of `backend`.
  public func series(model: String, backend: String) -> Series {
    let pair = Pair(model: model, backend: backend)
    if let known = series[pair] { return known }
    let kept = series.count < Limits.seriesMax ? pair : Pair(model: "other", backend: backend)
    let made = series[kept] ?? Series(model: kept.model, backend: kept.backend)
    series[kept] = made
    return made
  }

  /// A call moved from one backend to the next; `reason` is the failover trigger.
  public func fellBack(from: String, to: String, reason: String) {
    fallbacks[Fallback(from: from, to: to, reason: reason), default: 0] += 1
  }

  public func refused(budget: String) { refusals[budget, default: 0] += 1 }

  /// A call passed that a shadow budget would have refused.
  public func wouldHaveRefused(budget: String) { shadowRefusals[budget, default: 0] += 1 }

  /// Somebody was told about a budget; `kind` is threshold or burn.
  public func alerted(budget: String, kind: String) { alerts[BudgetAlert(budget: budget, kind: kind), default: 0] += 1 }

  /// One line of a budget's state; a key is the value that `per` split the budget by.
  public struct BudgetGauge {
    public let budget: String
    public let unit: String
    public let key: String
    public let limit: Int64
    public let used: Int64
    public let reserved: Int64

    public init(budget: String, unit: String, key: String, limit: Int64, used: Int64, reserved: Int64) {
      self.budget = budget
      self.unit = unit
      self.key = key
      self.limit = limit
      self.used = used
      self.reserved = reserved
    }
  }

  /// The whole page.
  public func write(budgets: [BudgetGauge], into page: inout ByteBuffer) {
    var text = MetricsText()
    let all = series.values.sorted { ($0.model, $0.backend) < ($1.model, $1.backend) }
    text.family("ai_gateway_requests_total", .counter, "Attempts by HTTP status; 0 where no status came.")
    for one in all {
      for (status, count) in one.statuses.sorted(by: { $0.key < $1.key }) {
        text.sample("ai_gateway_requests_total", one.labels + [("code", String(status))], count)
      }
    }
    text.family("ai_gateway_tokens_total", .counter, "Tokens by type: input, output, cached_input, reasoning.")
    for one in all {
      for (type, count) in one.tokens where count > 0 {
        text.sample("ai_gateway_tokens_total", one.labels + [("type", type)], Int(clamping: count))
      }
    }
    text.family("ai_gateway_request_duration_seconds", .histogram, "Time from the agent's request to the last byte.")
    for one in all { text.histogram("ai_gateway_request_duration_seconds", one.labels, one.duration) }
    text.family("ai_gateway_time_to_first_token_seconds", .histogram, "Time to the first content of a stream.")
    for one in all { text.histogram("ai_gateway_time_to_first_token_seconds", one.labels, one.firstToken) }
    text.family("ai_gateway_fallback_total", .counter, "Calls that moved from one backend to the next.")
    for (move, count) in fallbacks.sorted(by: { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }) {
      text.sample(
        "ai_gateway_fallback_total", [("from", move.from), ("to", move.to), ("reason", move.reason)], count)
    }
    text.family("ai_gateway_budget_refusals_total", .counter, "Calls refused for want of budget.")
    for (budget, count) in refusals.sorted(by: { $0.key < $1.key }) {
      text.sample("ai_gateway_budget_refusals_total", [("budget", budget)], count)
    }
    text.family("ai_gateway_budget_shadow_refusals_total", .counter, "Calls that shadow budgets would have refused.")
    for (budget, count) in shadowRefusals.sorted(by: { $0.key < $1.key }) {
      text.sample("ai_gateway_budget_shadow_refusals_total", [("budget", budget)], count)
    }
    text.family("ai_gateway_budget_alerts_total", .counter, "Thresholds and burn rates that budgets reached.")
    for (alert, count) in alerts.sorted(by: { ($0.key.budget, $0.key.kind) < ($1.key.budget, $1.key.kind) }) {
      text.sample("ai_gateway_budget_alerts_total", [("budget", alert.budget), ("kind", alert.kind)], count)
    }
    text.family("ai_gateway_loop_refusals_total", .counter, "Calls refused because their prompt came too often.")
    text.sample("ai_gateway_loop_refusals_total", [], loopRefusals)
    budgetFamilies(budgets, &text)
    text.gauge("ai_gateway_open_exchanges", "Exchanges going on now.", openExchanges)
    text.gauge("ai_gateway_open_connections", "Connections agents hold now.", openConnections)
    text.gauge("ai_gateway_policy_generation", "Generation of the policy in force.", policyGeneration)
    text.family("ai_gateway_policy_refusals_total", .counter, "Policy changes that were refused.")
    text.sample("ai_gateway_policy_refusals_total", [], policyRefusals)
    text.family("ai_gateway_ledger_failures_total", .counter, "Writes the ledger could not make.")
    text.sample("ai_gateway_ledger_failures_total", [], ledgerFailures)
    text.gauge("ai_gateway_ledger_up", "1 while the ledger can be written.", isLedgerUp ? 1 : 0)
    text.family("ai_gateway_receipts_lost_total", .counter, "Receipts dropped while the ledger could not be written.")
    text.sample("ai_gateway_receipts_lost_total", [], receiptsLost)
    if let isAuthorityUp {
      text.gauge("ai_gateway_authority_up", "1 while the authority of shared budgets answers.", isAuthorityUp ? 1 : 0)
    }
    page.append(text.page.span)
  }

  private func budgetFamilies(_ budgets: [BudgetGauge], _ text: inout MetricsText) {
    func family(_ name: StaticString, _ help: StaticString, _ value: (BudgetGauge) -> Int64) {
      text.family(name, .gauge, help)
      for budget in budgets {
        let labels = [("budget", budget.budget), ("key", budget.key), ("unit", budget.unit)]
        text.sample(name, labels, Int(value(budget)))
      }
    }
    family("ai_gateway_budget_limit", "The most the budget allows in its window or bucket.") { $0.limit }
    family("ai_gateway_budget_used", "Settled spend in the current window or bucket.") { $0.used }
    family("ai_gateway_budget_reserved", "Held for calls that are not settled yet.") { $0.reserved }
  }
}
