// Policy+Sections: the sections of a document, each read after those it refers to.

import Exchange

extension Policy {
  private static let sections = [
    "backends", "models", "budgets", "plans", "prices", "unpriced", "passThrough", "identity", "alerts",
    "loopBreaker", "limits",
  ]
  private static let needsBackends =
    "a policy needs at least backends, such as {openai: {provider: openai, auth: {env: OPENAI_API_KEY}}}"

  /// nil after reporting why.
  static func decode(_ place: Place, _ diagnostics: inout Diagnostics) -> Policy? {
    if place.node.isNull {
      place.report("is empty; \(needsBackends)", &diagnostics)
      return nil
    }
    guard let fields = Fields(place, known: sections, &diagnostics) else { return nil }
    let backends = readBackends(fields, &diagnostics)
    let conditions = ExpressionCheck.conditions(budgets: fields["budgets"]?.names.map { BudgetName($0) } ?? [])
    let (models, served) = readModels(fields, backends, conditions, &diagnostics)
    let declared = Declared(backends, served)
    let budgets = members(of: "budgets", fields, &diagnostics) { Budget($1, named: $0, declared, &$2) }
    let (plans, planBudgets) = readPlans(fields, declared, besides: budgets, &diagnostics)
    let prices = members(of: "prices", fields, &diagnostics) { Price($1, named: $0, declared, &$2) }
    let unpriced = fields["unpriced"].flatMap { UnpricedRule($0, &diagnostics) }
    let passThrough = fields["passThrough"].flatMap { PassThrough($0, &diagnostics) }
    let identity = fields["identity"].map { Identity($0, &diagnostics) }
    let alerts = fields["alerts"].map { Alerts($0, &diagnostics) }
    let loopBreaker = fields["loopBreaker"].flatMap { LoopBreaker($0, &diagnostics) }
    let limits = fields["limits"].map { Limits($0, &diagnostics) }
    if diagnostics.hasFaults { return nil }
    var policy = Policy(
      backends: backends.backends, models: models, budgets: budgets + planBudgets, limits: limits ?? Limits())
    policy.conditionBudgets = conditions.budgets
    policy.plans = plans
    policy.prices = prices
    policy.unpriced = unpriced ?? .deny
    policy.passThrough = passThrough ?? .deny
    policy.identity = identity ?? Identity()
    policy.alerts = alerts ?? Alerts()
    policy.loopBreaker = loopBreaker
    return policy
  }

  private static func members<Entry>(
    of section: String, _ fields: Fields, _ diagnostics: inout Diagnostics,
    read: (_ key: Place, _ value: Place, inout Diagnostics) -> Entry?
  ) -> [Entry] {
    (fields[section]?.members(&diagnostics) ?? []).compactMap { read($0.key, $0.value, &diagnostics) }
  }

  private static func readBackends(_ fields: Fields, _ diagnostics: inout Diagnostics) -> DeclaredBackends {
    guard let section = fields.required("backends", needsBackends, &diagnostics),
      let members = section.members(&diagnostics)
    else { return DeclaredBackends() }
    if members.isEmpty { section.report("is empty; \(needsBackends)", &diagnostics) }
    return DeclaredBackends(
      names: members.map(\.name),
      backends: members.compactMap { Backend($0.value, named: $0.key, &diagnostics) })
  }

  /// Without `models`, every model by the first backend.
  private static func readModels(
    _ fields: Fields, _ backends: DeclaredBackends, _ conditions: ExpressionCheck, _ diagnostics: inout Diagnostics
  ) -> (models: [Model], served: ServedModels) {
    guard let section = fields["models"], let members = section.members(&diagnostics) else {
      return (backends.backends.first.map { [Model(anyModelBy: $0)] } ?? [], ServedModels([.prefix("")]))
    }
    if members.isEmpty {
      section.report(
        "is empty; name a model, or leave models out to send them all to the first backend", &diagnostics)
    }
    let patterns = members.map { ModelPattern($0.key, &diagnostics) }
    let models = zip(patterns, members).compactMap { pattern, member in
      Model(member.value, pattern: pattern, declared: backends, conditions: conditions, &diagnostics)
    }
    return (models, ServedModels(patterns.compactMap { $0 }))
  }

  private static func readPlans(
    _ fields: Fields, _ declared: Declared, besides written: [Budget], _ diagnostics: inout Diagnostics
  ) -> (plans: [Plan], budgets: [Budget]) {
    let read = members(of: "plans", fields, &diagnostics) { Plan.read($1, named: $0, declared, &$2) }
    let budgets = read.flatMap(\.budgets)
    let names = Set(written.map(\.name))
    for budget in budgets where names.contains(budget.name) {
      fields["plans"]?.report(
        "has a limit that is named \(budget.name), which budgets have too; rename that budget", &diagnostics)
    }
    return (read.map(\.plan), budgets)
  }
}
