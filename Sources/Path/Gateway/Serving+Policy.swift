// Serving+Policy: the policy's words in the words of the stages.

import Admission
import Exchange
import HTTP
import Listener
import Policy
import Upstream

extension BudgetRule {
  init(_ budget: Policy.Budget) {
    let shape: Shape =
      switch (budget.limit.shape, budget.limit.period) {
      case (.tokenBucket(let burst), .second): .tokenBucket(.second, burst: burst)
      case (.tokenBucket(let burst), _): .tokenBucket(.minute, burst: burst)
      case (.calendarWindow, .hour): .calendarWindow(CalendarWindow(.hour))
      case (.calendarWindow, .week): .calendarWindow(CalendarWindow(.week))
      case (.calendarWindow, .month): .calendarWindow(CalendarWindow(.month))
      case (.calendarWindow, _): .calendarWindow(CalendarWindow(.day))
      }
    self.init(
      name: budget.name, unit: Unit(budget.limit.meter), limit: budget.limit.amount, shape: shape,
      per: budget.per.map { Dimension($0) }, match: Self.selectors(budget.match))
  }

  private static func selectors(_ match: Policy.Match) -> [Selector] {
    var selectors: [Selector] = []
    switch match.model {
    case .exact(let name): selectors.append(Selector(.model, name.text))
    case .prefix(let beginning): selectors.append(Selector(.model, beginning, isPrefix: true))
    case nil: break
    }
    return selectors + match.headers.map { Selector(.header($0.name), $0.value) }
  }
}

extension BudgetRule.Unit {
  init(_ meter: Policy.BudgetLimit.Meter) {
    self =
      switch meter {
      case .totalTokens: .totalTokens
      case .inputTokens: .inputTokens
      case .outputTokens: .outputTokens
      case .requests: .requests
      }
  }
}

extension BudgetRule.Dimension {
  init(_ dimension: Policy.Dimension) {
    self =
      switch dimension {
      case .header(let name): .header(name)
      case .model: .model
      }
  }
}

extension Secret.Source {
  init(_ source: Policy.Credential.Source) {
    self =
      switch source {
      case .environment(let name): .environment(name)
      case .file(let path): .file(path)
      }
  }
}

extension ConnectionLimits {
  init(_ limits: Policy.Limits) {
    self.init()
    http.headBytesMax = limits.headBytesMax
    http.bodyBytesMax = limits.bodyBytesMax
    headTimeoutMs = limits.headTimeoutMs
    idleTimeoutMs = limits.idleTimeoutMs
  }
}
