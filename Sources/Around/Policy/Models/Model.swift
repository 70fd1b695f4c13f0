// Model: what agents ask for, and who answers.

import Conversation
import Exchange

extension Policy {
  /// An entry of `models`: a virtual model and the chain of candidates that can serve it.
  public struct Model: Hashable, Sendable {
    public let pattern: ModelPattern
    /// The first to be tried first: ascending priority, and among equals the order of the document. Never empty.
    public let chain: [Candidate]
    /// What makes the chain move on; empty never moves.
    public let failover: Set<FailoverTrigger>
    /// `owned_by` in the list of models; the first candidate's provider unless the policy says otherwise.
    public let ownedBy: String
    /// What may be left out of agents' requests where a backend's dialect has no words for it: fields of `mayDrop` by any
    /// dialect's name (`seed`, `logit_bias`), and what only steers how an answer is made, unless `translate` is `strict`.
    public let leeway: Leeway
  }

  /// What `translate` says of preferences that a backend's dialect has no words for.
  enum TranslationRule: String, CaseIterable {
    case lenient, strict
  }

  /// One way to serve a model.
  public struct Candidate: Hashable, Sendable {
    public let backend: BackendName
    /// The name this backend is asked for; nil asks for the name the agent gave.
    public let modelNameOverride: ModelName?
    /// Lower is tried earlier; the position in the list, from 0, unless the policy says otherwise.
    public let priority: Int
    /// The share of calls among candidates of the same priority; at least 1.
    public let weight: Int
    /// An expression in CEL: the candidate is passed over where it is false. nil asks nothing.
    public let condition: String?
  }
}

extension Policy.Model {
  private static let fields = ["chain", "failover", "ownedBy", "mayDrop", "translate"]

  /// Every model, under its own name, by one backend.
  init(anyModelBy backend: Policy.Backend) { self.init(.prefix(""), by: backend) }

  /// These models, under their own names, by one backend.
  init(_ pattern: Policy.ModelPattern, by backend: Policy.Backend) {
    let only = Policy.Candidate(backend: backend.name, modelNameOverride: nil, priority: 0, weight: 1, condition: nil)
    self.init(
      pattern: pattern, chain: [only], failover: FailoverTrigger.usual, ownedBy: backend.provider.name,
      leeway: Leeway())
  }

  /// - Parameters:
  ///   - pattern: its key, or nil where that was reported.
  ///   - declared: whom its candidates may name.
  ///   - conditions: checks `when` of its candidates.
  init?(
    _ place: Place, pattern: Policy.ModelPattern?, declared: DeclaredBackends, conditions: ExpressionCheck,
    _ diagnostics: inout Diagnostics
  ) {
    guard let fields = Fields(place, known: Self.fields, &diagnostics) else { return nil }
    let advice = "list who serves it, as in chain: [{backend: NAME}]"
    let chain = fields.required("chain", advice, &diagnostics).flatMap {
      Self.chain($0, declared, conditions, &diagnostics)
    }
    let failover = fields["failover"].map { Self.triggers($0, &diagnostics) } ?? FailoverTrigger.usual
    let ownedBy = fields["ownedBy"].flatMap { $0.identifier(&diagnostics) }
    let leeway = Self.leeway(fields, &diagnostics)
    guard let pattern, let chain, let first = chain.first else { return nil }
    let owner = declared.provider(of: first.backend) ?? first.backend.text
    self.init(
      pattern: pattern, chain: chain, failover: failover, ownedBy: ownedBy ?? owner, leeway: leeway)
  }

  private static func leeway(_ fields: Fields, _ diagnostics: inout Diagnostics) -> Leeway {
    var names: [String] = []
    for element in fields["mayDrop"]?.oneOrMore(&diagnostics) ?? [] {
      guard let name = element.text(&diagnostics) else { continue }
      if Leeway.knows(name) {
        names.append(name)
      } else {
        element.report(
          "names a field that no dialect has, \(quoted(name)); name it as a refusal does, or write \"*\" for all",
          &diagnostics)
      }
    }
    let rule = fields["translate"]?.word(of: Policy.TranslationRule.self, &diagnostics)
    return Leeway(names, isStrict: rule == .strict)
  }

  private static func chain(
    _ place: Place, _ declared: DeclaredBackends, _ conditions: ExpressionCheck, _ diagnostics: inout Diagnostics
  ) -> [Policy.Candidate]? {
    guard let elements = place.elements(&diagnostics) else { return nil }
    if elements.isEmpty { place.report("is empty; name at least one backend", &diagnostics) }
    let opened = elements.map { Fields($0, known: Policy.Candidate.fields, &diagnostics) }
    let candidates = opened.enumerated().compactMap { index, fields in
      fields.flatMap { Policy.Candidate($0, at: index, declared, conditions, &diagnostics) }
    }
    // Half a list of priorities, or shares without a tie to share, would each do something other than what they say.
    let prioritised = opened.count { $0?["priority"] != nil }
    for case let fields? in opened {
      if prioritised == 0, let weight = fields["weight"] {
        weight.report(
          "shares calls among equal priorities; give every candidate of this chain a priority", &diagnostics)
      }
      if prioritised > 0, fields["priority"] == nil {
        fields.place.report("has no priority while others here do; give every candidate one, or none", &diagnostics)
      }
    }
    return candidates.enumerated().sorted { left, right in
      (left.element.priority, left.offset) < (right.element.priority, right.offset)
    }.map(\.element)
  }

  private static func triggers(_ place: Place, _ diagnostics: inout Diagnostics) -> Set<FailoverTrigger> {
    guard let fields = Fields(place, known: ["on"], &diagnostics), let on = fields["on"] else {
      return FailoverTrigger.usual
    }
    let words = FailoverTrigger.allCases.map(\.rawValue)
    var triggers: Set<FailoverTrigger> = []
    for element in on.oneOrMore(&diagnostics) ?? [] {
      guard let text = element.text(&diagnostics) else { continue }
      if let trigger = FailoverTrigger(rawValue: text) {
        triggers.insert(trigger)
      } else {
        let otherwise = "they are \(FailoverTrigger.words)"
        element.report(
          "is not a reason to fail over, \(quoted(text)); "
            + suggestion(for: text, among: words, otherwise: otherwise), &diagnostics)
      }
    }
    return triggers
  }
}

extension Policy.Candidate {
  static let fields = ["backend", "modelNameOverride", "priority", "weight", "when"]

  init?(
    _ fields: Fields, at index: Int, _ declared: DeclaredBackends, _ conditions: ExpressionCheck,
    _ diagnostics: inout Diagnostics
  ) {
    let override = fields["modelNameOverride"].flatMap { $0.modelName(&diagnostics) }
    let priority = fields["priority"].flatMap { $0.integer(in: 0...1000, &diagnostics) }
    let weight = fields["weight"].flatMap { $0.integer(in: 1...1_000_000, &diagnostics) }
    let condition = fields["when"].flatMap { $0.expression(conditions, &diagnostics) }
    guard let place = fields.required("backend", declared.advice, &diagnostics), let name = place.text(&diagnostics)
    else {
      return nil
    }
    if !declared.contains(name) {
      place.report(
        "names a backend that does not exist, \(quoted(name)); "
          + suggestion(for: name, among: declared.names, otherwise: declared.advice), &diagnostics)
    }
    self.init(
      backend: BackendName(name), modelNameOverride: override.map { ModelName($0) },
      priority: Int(priority ?? Int64(index)), weight: Int(weight ?? 1), condition: condition)
  }
}
