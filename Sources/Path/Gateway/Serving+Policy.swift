// Serving+Policy: the policy's words in the words of the stages.

import Admission
import Exchange
import HTTP
import Listener
import Meters
import Policy
import Upstream

extension BudgetRule {
  /// Throws for what a policy can say and admission does not keep yet: a budget that limits less than it says is worse
  /// than none.
  init(_ budget: Policy.Budget) throws(StartupError) {
    if budget.enforcement != .refuse { throw Self.notKept("shadow, queue or unlimited", by: budget) }
    if budget.zone != .utc { throw Self.notKept("timezone \(budget.zone)", by: budget) }
    if budget.carriesDebt { throw Self.notKept("carryDebt", by: budget) }
    if budget.outputFloor != nil { throw Self.notKept("floor", by: budget) }
    if budget.alerts != .init() { throw Self.notKept("alertAt or burn", by: budget) }
    let shape: Shape
    switch (budget.limit.shape, budget.limit.period) {
    case (.tokenBucket(let burst), .second): shape = .tokenBucket(.second, burst: burst)
    case (.tokenBucket(let burst), .minute): shape = .tokenBucket(.minute, burst: burst)
    case (.fixedWindow, .hour): shape = .calendarWindow(CalendarWindow(.hour))
    case (.fixedWindow, .day): shape = .calendarWindow(CalendarWindow(.day))
    case (.fixedWindow, .week): shape = .calendarWindow(CalendarWindow(.week))
    case (.fixedWindow, .month): shape = .calendarWindow(CalendarWindow(.month))
    case (.tokenBucket, _), (.fixedWindow, _):
      throw Self.notKept("a limit per \(budget.limit.period) of this shape", by: budget)
    }
    var per: [Dimension] = []
    for dimension in budget.per { per.append(try Dimension(dimension, of: budget)) }
    var match: [Selector] = []
    for condition in budget.match { match.append(try Selector(condition, of: budget)) }
    self.init(
      name: budget.name, unit: try Unit(budget.limit.meter, of: budget), limit: budget.limit.amount, shape: shape,
      per: per,
      match: match)
  }

  fileprivate static func notKept(_ what: String, by budget: Policy.Budget) -> StartupError {
    StartupError("budgets.\(budget.name): \(what) is not kept in this version")
  }
}

extension BudgetRule.Selector {
  fileprivate init(_ condition: Policy.Condition, of budget: Policy.Budget) throws(StartupError) {
    let dimension = try BudgetRule.Dimension(condition.dimension, of: budget)
    switch condition.test {
    case .equals(let value): self.init(dimension, value)
    case .startsWith(let beginning): self.init(dimension, beginning, isPrefix: true)
    case .regex: throw BudgetRule.notKept("match by regex", by: budget)
    case .present: throw BudgetRule.notKept("match by present", by: budget)
    }
  }
}

extension BudgetRule.Unit {
  fileprivate init(_ meter: Policy.BudgetLimit.Meter, of budget: Policy.Budget) throws(StartupError) {
    switch meter {
    case .totalTokens: self = .totalTokens
    case .inputTokens: self = .inputTokens
    case .outputTokens: self = .outputTokens
    case .requests: self = .requests
    case .cachedInputTokens, .cacheCreationInputTokens, .reasoningTokens, .usd, .weighted, .expression:
      throw BudgetRule.notKept("this unit", by: budget)
    }
  }
}

extension BudgetRule.Dimension {
  fileprivate init(_ dimension: Policy.Dimension, of budget: Policy.Budget) throws(StartupError) {
    switch dimension {
    case .header(let name): self = .header(name)
    case .model: self = .model
    case .user, .team, .tenant, .pod, .namespace, .serviceAccount, .backend, .path:
      throw BudgetRule.notKept("\(dimension)", by: budget)
    }
  }
}

extension Policy.Credential {
  /// How the key is sent in each dialect: as the policy says, else as the provider's own endpoints want it.
  func forms(of provider: Policy.Provider) -> [Secret.Form] {
    let written = Secret.Form(headerName: headerName, headerPrefix: headerPrefix)
    guard written == Secret.Form(headerName: "authorization", headerPrefix: "Bearer "),
      let name = provider.nativeKeyHeader
    else { return [written, written] }
    return [written, Secret.Form(headerName: name, headerPrefix: "")]
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
