// Selectors: what budgets and plans ask about a call, answered.

import CEL
import Exchange
import Guard
import HTTP
import Identity
import Meters
import Policy
import Reactor

/// Made once from the budgets and plans in force: what they look at, their patterns compiled.
@EventLoop
struct Selectors {
  /// Headers that split or select, by name.
  private let headers: [String]
  private let asksPath: Bool
  private let patterns: [String: Pattern]
  private let allowances: [ModelAllowance]

  /// Throws for a pattern that cannot be compiled, which no policy that was checked has.
  init(_ rules: [BudgetRule], _ plans: [Policy.Plan], trusting trust: Trust.Headers) throws(StartupError) {
    allowances = plans.compactMap { ModelAllowance($0) }
    var dimensions = Set(allowances.flatMap(\.dimensions))
    for rule in rules { dimensions.formUnion(rule.per + rule.match.map(\.dimension)) }
    var patterns: [String: Pattern] = [:]
    var headers: Set<String> = []
    var asksPath = false
    for dimension in dimensions {
      if case .pattern(let text, _) = dimension {
        do throws(PatternError) { patterns[text] = try Pattern(text) } catch {
          throw StartupError("the pattern \(text): \(error.message)")
        }
      }
      let subject = dimension.subject
      if let header = subject.header(trust) { headers.insert(header) }
      if subject == .path { asksPath = true }
    }
    self.patterns = patterns
    self.headers = headers.sorted()
    self.asksPath = asksPath
  }

  /// Throws where a value that is asked about is too long to be told apart by.
  func check(_ call: Call) throws(Fault) {
    try call.payer.check(headers)
    let path = call.endpoint.path
    guard asksPath, path.count > Payer.Limits.valueBytesMax else { return }
    throw Fault(
      party: .agent, status: 414, type: "invalid_request_error", code: "path_too_long",
      message: "The path has \(path.count) bytes; a budget or plan looks at it, so at most "
        + "\(Payer.Limits.valueBytesMax) are allowed.")
  }

  /// Throws where a plan that the call is under does not allow its model.
  func allow(_ call: Call) throws(Fault) {
    for allowance in allowances {
      try allowance.check(call.model, asked: call.request.method) { value(of: $0, for: call, at: nil) }
    }
  }

  /// The call's value of a dimension when `backend` is asked; nil where it has none.
  func value(of dimension: BudgetRule.Dimension, for call: Call, at backend: BackendName?) -> String? {
    switch dimension {
    case .user: return call.payer.user
    case .team: return call.payer.team
    case .tenant: return call.payer.tenant
    case .pod: return call.payer.pod.name
    case .namespace: return call.payer.pod.namespace
    case .serviceAccount: return call.payer.pod.serviceAccount
    case .model: return call.model?.text
    case .backend: return backend?.text
    case .path:
      return call.endpoint.path.text
    case .header(let name): return call.payer.header(name)
    case .pattern(let pattern, let subject):
      guard let value = value(of: subject, for: call, at: backend) else { return nil }
      return patterns[pattern]?.matches(value) ?? false ? value : nil
    }
  }
}

extension BudgetRule.Dimension {
  /// What a pattern looks at; all else is its own.
  fileprivate var subject: Self {
    if case .pattern(_, let subject) = self { subject } else { self }
  }

  /// The header it is read from.
  fileprivate func header(_ trust: Trust.Headers) -> String? {
    switch self {
    case .header(let name): name
    case .user: trust.user
    case .team: trust.team
    case .tenant: trust.tenant
    case .pod, .namespace, .serviceAccount, .model, .backend, .path, .pattern: nil
    }
  }
}

extension ModelAllowance {
  /// nil for a plan that allows all models.
  init?(_ plan: Policy.Plan) {
    guard let allowed = plan.allowedModels else { return nil }
    var models: [ModelName] = []
    var beginnings: [String] = []
    for pattern in allowed {
      switch pattern {
      case .exact(let name): models.append(name)
      case .prefix(let beginning): beginnings.append(beginning)
      }
    }
    self.init(
      plan: plan.name.text, match: plan.match.map { BudgetRule.Selector($0) }, models: models, beginnings: beginnings)
  }
}
