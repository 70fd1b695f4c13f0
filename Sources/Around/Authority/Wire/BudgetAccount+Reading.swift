// BudgetAccount+Reading: a meter as people read it.

import Exchange
import Meters

extension BudgetAccount {
  public init(_ reading: BudgetReading) {
    let period: String =
      switch reading.shape {
      case .tokenBucket(let period, _): period.rawValue
      case .calendarWindow(let window): window.span.name
      }
    self.init(
      name: reading.budget, scope: reading.scope.map { "\($0.dimension)=\($0.text)" }.joined(separator: ", "),
      unit: reading.unit.rawValue, cost: reading.cost?.text, limit: reading.limit, used: reading.used,
      reserved: reading.reserved,
      period: period, resetsAt: reading.resetsAt, isShadow: reading.enforcement == .shadow)
  }
}
