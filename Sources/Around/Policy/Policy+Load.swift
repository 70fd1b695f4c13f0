// Policy+Load: from the bytes of a file to a policy, or to everything that is wrong with it.

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
    var diagnostics = Diagnostics(file: file)
    let root: Node
    do {
      root = try Node.read(bytes)
    } catch {
      throw PolicyError([Diagnostic(file: file, position: error.position, path: "", message: error.message)])
    }
    let policy = decode(Place(node: root, path: ""), &diagnostics)
    if let refusal = diagnostics.refusal { throw refusal }
    guard let policy else { preconditionFailure("a policy failed to decode and nobody said why: \(file)") }
    return policy
  }

  private static func decode(_ place: Place, _ diagnostics: inout Diagnostics) -> Policy? {
    let advice = "a policy needs at least backends, such as {openai: {provider: openai, auth: {env: OPENAI_API_KEY}}}"
    if place.node.isNull {
      place.report("is empty; \(advice)", &diagnostics)
      return nil
    }
    let known = ["backends", "models", "budgets", "limits"]
    guard let fields = Fields(place, known: known, &diagnostics) else { return nil }
    let limits = fields["limits"].map { Limits($0, &diagnostics) } ?? Limits()
    var declared: [String] = []
    var backends: [Backend] = []
    if let section = fields.required("backends", advice, &diagnostics), let members = section.members(&diagnostics) {
      declared = members.map(\.key.spelled)
      backends = members.compactMap { Backend($0.value, named: $0.key, &diagnostics) }
      if members.isEmpty { section.report("is empty; \(advice)", &diagnostics) }
    }
    var patterns = [ModelPattern.prefix("")]
    var models = backends.first.map { [Model(anyModelBy: $0)] } ?? []
    if let section = fields["models"], let members = section.members(&diagnostics) {
      let keys = members.map { ModelPattern($0.key, &diagnostics) }
      patterns = keys.compactMap { $0 }
      models = zip(keys, members).compactMap { pattern, member in
        Model(member.value, pattern: pattern, backends: backends, declared: declared, &diagnostics)
      }
      if members.isEmpty {
        section.report(
          "is empty; name a model, or leave models out to send them all to the first backend", &diagnostics)
      }
    }
    let budgets = (fields["budgets"]?.members(&diagnostics) ?? []).compactMap {
      Budget($0.value, named: $0.key, served: patterns, &diagnostics)
    }
    if diagnostics.refusal != nil { return nil }
    return Policy(backends: backends, models: models, budgets: budgets, limits: limits)
  }
}
