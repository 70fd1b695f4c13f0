// Plan: what a kind of customer gets: free, pro, enterprise.

import Exchange

extension Policy {
  /// An entry of `plans`. A call is under every plan that it matches. The limits of a plan are budgets like others and
  /// stand in `Policy.budgets`, named `PLAN.UNIT.PERIOD`: `free.totalTokens.day`.
  public struct Plan: Hashable, Sendable {
    public let name: PlanName
    public let match: [Condition]
    /// The models a call may ask for; nil allows all.
    public let allowedModels: [ModelPattern]?
  }

  public struct PlanName: Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public var description: String { text }
  }
}

extension Policy.Plan {
  private static let fields = ["match", "per", "limits", "allowedModels"]

  /// The plan, and the budgets that its limits are.
  static func read(
    _ place: Place, named key: Place, _ declared: Declared, _ diagnostics: inout Diagnostics
  ) -> (plan: Policy.Plan, budgets: [Policy.Budget])? {
    let name = key.identifier(bytesMax: 32, &diagnostics)
    guard let fields = Fields(place, known: Self.fields, &diagnostics) else { return nil }
    let match = fields["match"].map { Policy.Condition.all($0, declared, &diagnostics) } ?? []
    let allowed = fields["allowedModels"].flatMap { Self.models($0, declared, &diagnostics) }
    // Whoever writes limits for a plan means each of its users, not all of them together.
    let per = fields["per"].map { Policy.Dimension.all($0, &diagnostics) } ?? [.user]
    if fields["per"] != nil { Policy.Budget.checkSplit(fields, per, match, &diagnostics) }
    var budgets: [Policy.Budget] = []
    for element in fields["limits"]?.elements(&diagnostics) ?? [] {
      guard let budget = Policy.Budget(element, ofPlan: name ?? "plan", per, match, declared, &diagnostics) else {
        continue
      }
      if budgets.contains(where: { $0.name == budget.name }) {
        element.report("limits the same in the same time as another limit of this plan; keep one", &diagnostics)
      }
      budgets.append(budget)
    }
    if allowed != nil { Self.checkMatch(fields, match, &diagnostics) }
    if fields.lacks("limits"), fields.lacks("allowedModels") {
      place.report("says nothing; add limits: [50000 tokens/day] or allowedModels: [MODEL]", &diagnostics)
    }
    return name.map { (Self(name: Policy.PlanName(text: $0), match: match, allowedModels: allowed), budgets) }
  }

  /// Models are allowed before a backend is chosen.
  private static func checkMatch(_ fields: Fields, _ match: [Policy.Condition], _ diagnostics: inout Diagnostics) {
    guard match.contains(where: { $0.dimension == .backend }) else { return }
    fields["match"]?.report(
      "asks for a backend, which is chosen after allowedModels has been looked at; match something of the call",
      &diagnostics)
  }

  private static func models(
    _ place: Place, _ declared: Declared, _ diagnostics: inout Diagnostics
  ) -> [Policy.ModelPattern]? {
    guard let elements = place.oneOrMore(&diagnostics) else { return nil }
    if elements.isEmpty { place.report("allows no model; name one, or leave it out to allow all", &diagnostics) }
    return elements.compactMap { element in
      guard let pattern = Policy.ModelPattern(element, &diagnostics) else { return nil }
      declared.models.require(pattern, at: element, &diagnostics)
      return pattern
    }
  }
}

extension Policy.Budget {
  /// A limit of a plan: the text of a limit alone, or the fields of a budget.
  fileprivate init?(
    _ place: Place, ofPlan plan: String, _ per: [Policy.Dimension], _ match: [Policy.Condition], _ declared: Declared,
    _ diagnostics: inout Diagnostics
  ) {
    var fields: Fields
    if case .string = place.node.value {
      fields = Fields(place, only: "limit")
    } else {
      let known = Self.fields.filter { $0 != "per" && $0 != "match" }
      guard let opened = Fields(place, known: known, &diagnostics) else { return nil }
      fields = opened
    }
    guard let terms = Terms(fields, declared, &diagnostics) else { return nil }
    self.init(
      name: BudgetName("\(plan).\(terms.limit.meter.word).\(terms.limit.period)"), per: per, match: match, terms: terms)
  }
}

extension Policy.BudgetLimit.Meter {
  /// As the long form of a limit spells it.
  fileprivate var word: String {
    switch self {
    case .inputTokens: "inputTokens"
    case .cachedInputTokens: "cachedInputTokens"
    case .cacheCreationInputTokens: "cacheCreationInputTokens"
    case .outputTokens: "outputTokens"
    case .reasoningTokens: "reasoningTokens"
    case .totalTokens: "totalTokens"
    case .requests: "requests"
    case .usd: "usd"
    case .weighted, .expression: "cost"
    }
  }
}
