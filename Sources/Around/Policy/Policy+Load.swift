// Policy+Load: from the bytes of a document to a policy, or to everything that is wrong with it.

import Exchange

extension Policy {
  /// Reads a policy in YAML, or in JSON when it starts with `{`.
  ///
  /// Two sections may be left out: without `models` every model goes to the first backend under its own name; without
  /// `budgets` nothing is limited.
  ///
  /// - Parameter file: its name as the user gave it, for the diagnostics.
  /// - Throws: every fault found; only bytes that are no document at all end with the first.
  public static func load(bytes: Span<UInt8>, file: String) throws(PolicyError) -> Policy {
    try PolicyDocument(bytes: bytes, file: file).policy()
  }

  /// The same for JSON that no person has written, such as a patched document: its diagnostics have a path and no
  /// position.
  ///
  /// - Parameter origin: what stands in a diagnostic in place of the file's name.
  public static func load(json: Span<UInt8>, origin: String) throws(PolicyError) -> Policy {
    do {
      return try load(bytes: json, file: origin)
    } catch {
      throw PolicyError(
        error.diagnostics.map {
          Diagnostic(file: $0.file, position: nil, path: $0.path, message: $0.message)
        })
    }
  }

  static func decode(_ place: Place, _ diagnostics: inout Diagnostics) -> Policy? {
    let advice = "a policy needs at least backends, such as {openai: {provider: openai, auth: {env: OPENAI_API_KEY}}}"
    if place.node.isNull {
      place.report("is empty; \(advice)", &diagnostics)
      return nil
    }
    guard let fields = Fields(place, known: sections, &diagnostics) else { return nil }
    let limits = fields["limits"].map { Limits($0, &diagnostics) } ?? Limits()
    var backends = DeclaredBackends()
    if let section = fields.required("backends", advice, &diagnostics), let members = section.members(&diagnostics) {
      let decoded = members.compactMap { Backend($0.value, named: $0.key, &diagnostics) }
      backends = DeclaredBackends(names: members.map(\.key.spelled), backends: decoded)
      if members.isEmpty { section.report("is empty; \(advice)", &diagnostics) }
    }
    var served = ServedModels([.prefix("")])
    var models = backends.backends.first.map { [Model(anyModelBy: $0)] } ?? []
    if let section = fields["models"], let members = section.members(&diagnostics) {
      let keys = members.map { ModelPattern($0.key, &diagnostics) }
      served = ServedModels(keys.compactMap { $0 })
      models = zip(keys, members).compactMap { pattern, member in
        Model(member.value, pattern: pattern, declared: backends, &diagnostics)
      }
      if members.isEmpty {
        section.report(
          "is empty; name a model, or leave models out to send them all to the first backend", &diagnostics)
      }
    }
    let declared = Declared(backends, served)
    let budgets = (fields["budgets"]?.members(&diagnostics) ?? []).compactMap {
      Budget($0.value, named: $0.key, declared, &diagnostics)
    }
    let plans = (fields["plans"]?.members(&diagnostics) ?? []).compactMap {
      Plan.read($0.value, named: $0.key, declared, &diagnostics)
    }
    let names = Set(budgets.map(\.name))
    for budget in plans.flatMap(\.budgets) where names.contains(budget.name) {
      fields["plans"]?.report(
        "has a limit that is named \(budget.name), which budgets have too; rename that budget", &diagnostics)
    }
    let prices = (fields["prices"]?.members(&diagnostics) ?? []).compactMap {
      Price($0.value, named: $0.key, declared, &diagnostics)
    }
    let unpriced = fields["unpriced"].flatMap { UnpricedRule($0, &diagnostics) } ?? .deny
    let identity = fields["identity"].map { Identity($0, &diagnostics) } ?? Identity()
    let alerts = fields["alerts"].map { Alerts($0, &diagnostics) } ?? Alerts()
    let loopBreaker = fields["loopBreaker"].flatMap { LoopBreaker($0, &diagnostics) }
    if diagnostics.refusal != nil { return nil }
    var policy = Policy(
      backends: backends.backends, models: models, budgets: budgets + plans.flatMap(\.budgets), limits: limits)
    policy.plans = plans.map(\.plan)
    policy.prices = prices
    policy.unpriced = unpriced
    policy.identity = identity
    policy.alerts = alerts
    policy.loopBreaker = loopBreaker
    return policy
  }

  private static let sections = [
    "backends", "models", "budgets", "plans", "prices", "unpriced", "identity", "alerts", "loopBreaker", "limits",
  ]
}
