// Budget+Contradictions: fields of a budget that are right alone and say nothing, or the opposite, together.

import Exchange

extension Policy.Budget {
  /// One account for each of one value: more was meant, and the budget would not do it.
  static func checkSplit(
    _ fields: Fields, _ per: [Policy.Dimension], _ match: [Policy.Condition], _ diagnostics: inout Diagnostics
  ) {
    guard let place = fields["per"] else { return }
    for dimension in per where match.contains(where: { $0.dimension == dimension && $0.isOneValue }) {
      place.report("splits by \(dimension), of which match leaves one value; keep one of the two", &diagnostics)
    }
  }

  static func checkUnlimited(_ fields: Fields, _ diagnostics: inout Diagnostics) {
    for name in ["limit", "burst", "timezone", "carryDebt", "shadow", "queue", "floor", "alertAt", "burn"] {
      fields[name]?.report("has no meaning beside unlimited: true; keep one of the two", &diagnostics)
    }
  }

  static func checkShape(
    _ fields: Fields, _ limit: Policy.BudgetLimit, _ alerts: Policy.BudgetAlerts, floor: TokenCount?,
    _ diagnostics: inout Diagnostics
  ) {
    switch limit.shape {
    case .tokenBucket:
      for name in ["timezone", "carryDebt", "alertAt", "burn"] {
        fields[name]?.report(
          "belongs to limits that start anew, per hour or longer; one per \(limit.period) refills all the time",
          &diagnostics)
      }
    case .fixedWindow:
      if let burn = alerts.burn, burn.overMs >= limit.period.leastMs, let place = fields["burn"] {
        place.report("looks back further than the \(limit.period) of the limit; write a shorter time", &diagnostics)
      }
    }
    guard let place = fields["floor"] else { return }
    switch limit.meter {
    case .inputTokens, .cachedInputTokens, .cacheCreationInputTokens, .requests:
      place.report("is the least output a call is cut to, and this limit counts no output; remove it", &diagnostics)
    case .outputTokens, .totalTokens:
      // A call is cut to what is left, and there would never be as much.
      guard let floor, floor.value > limit.mostAtOnce else { return }
      place.report("is more than \(limit.mostAtOnce), which is all there ever is; write less", &diagnostics)
    case .reasoningTokens, .usd, .weighted, .expression: break
    }
  }
}
