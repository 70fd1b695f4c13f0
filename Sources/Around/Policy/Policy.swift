// Policy: everything the user can decide, as one value that is either valid or does not exist.

import Exchange

/// The document of `aigw.yaml`. Whoever holds one may rely on it: every name a chain uses is a backend that exists, every
/// budget has a limit that can be kept, every number is within its range. It holds no secret, only where secrets are.
///
/// Its parts are nested (`Policy.Budget`) so that a stage may have a `Budget` of its own.
public struct Policy: Equatable, Sendable {
  /// In the order of the document; never empty.
  public let backends: [Backend]
  /// In the order of the document; never empty.
  public let models: [Model]
  /// In the order of the document, and after them the limits of plans.
  public private(set) var budgets: [Budget]
  public let limits: Limits
  /// The budgets that conditions of candidates ask about by name.
  public internal(set) var conditionBudgets: Set<BudgetName> = []
  /// In the order of the document.
  public internal(set) var plans: [Plan] = []
  /// In the order of the document; an exact entry counts before a pattern, one of a backend before one of all.
  public internal(set) var prices: [Price] = []
  public internal(set) var unpriced = UnpricedRule.deny
  public internal(set) var passThrough = PassThrough.deny
  public internal(set) var identity = Identity()
  public internal(set) var alerts = Alerts()
  public internal(set) var loopBreaker: LoopBreaker?

  private let backendIndex: [BackendName: Int]
  private let exactModels: [ModelName: Int]
  /// Those that end in `*`, the longest first.
  private let prefixModels: [Int]

  init(backends: [Backend], models: [Model], budgets: [Budget], limits: Limits) {
    precondition(
      !backends.isEmpty && !models.isEmpty, "a policy has \(backends.count) backends, \(models.count) models")
    self.backends = backends
    self.models = models
    self.budgets = budgets
    self.limits = limits
    backendIndex = Dictionary(uniqueKeysWithValues: backends.indices.map { (backends[$0].name, $0) })
    var exact: [ModelName: Int] = [:]
    var prefixes: [(index: Int, length: Int)] = []
    for (index, model) in models.enumerated() {
      switch model.pattern {
      case .exact(let name): exact[name] = index
      case .prefix(let text): prefixes.append((index, text.utf8.count))
      }
    }
    exactModels = exact
    prefixModels = prefixes.sorted { $0.length > $1.length }.map(\.index)
  }

  /// The same without its budgets, for whoever has made rules of them: ten thousand take three megabytes.
  public var withoutBudgets: Policy {
    var policy = self
    policy.budgets = []
    return policy
  }

  /// The backend of that name; nil only for a name that came from elsewhere than this policy.
  public func backend(named name: BackendName) -> Backend? { backendIndex[name].map { backends[$0] } }

  /// Who serves a model an agent asks for: the entry of that very name, else the one with the longest matching prefix
  /// (`claude-*` before `*`), else nobody.
  public func model(serving name: ModelName) -> Model? {
    if let index = exactModels[name] { return models[index] }
    return prefixModels.first { models[$0].pattern.matches(name) }.map { models[$0] }
  }
}
