// Weighting: tokens that count more than once, or less than others, and models that do.

import Exchange

extension Policy {
  /// How often a token of each class counts, and a request. Whole numbers: for fractions multiply them all, and the
  /// limit, by the same number.
  public struct Weights: Hashable, Sendable {
    /// Input that was neither read from the provider's cache nor written to it.
    public var input: Int64 = 0
    public var cachedInput: Int64 = 0
    public var cacheCreationInput: Int64 = 0
    /// Output other than reasoning.
    public var output: Int64 = 0
    public var reasoning: Int64 = 0
    public var request: Int64 = 0
  }

  /// Weights and multipliers, for all models alike or for each its own.
  public struct Weighting: Hashable, Sendable {
    let weights: ByModel<Weights>
    let multiplier: ByModel<Int64>

    /// What the tokens of a call for `model`, as the agent named it, count.
    public func weights(for model: ModelName) -> Weights {
      let (once, factor) = (weights[model], multiplier[model])
      return Weights(
        input: once.input * factor, cachedInput: once.cachedInput * factor,
        cacheCreationInput: once.cacheCreationInput * factor, output: once.output * factor,
        reasoning: once.reasoning * factor, request: once.request * factor)
    }
  }

  /// A value for each model.
  struct ByModel<Value: Hashable & Sendable>: Hashable, Sendable {
    private struct Row: Hashable {
      let pattern: ModelPattern
      let value: Value
    }

    /// The most particular first.
    private let rows: [Row]
    private let others: Value

    /// The same for all.
    init(_ value: Value) {
      rows = []
      others = value
    }

    /// - Parameter others: for models that no pattern matches.
    init(_ entries: [(pattern: ModelPattern, value: Value)], others: Value) {
      let ranked = entries.sorted { $0.pattern.particularity > $1.pattern.particularity }
      rows = ranked.map { Row(pattern: $0.pattern, value: $0.value) }
      self.others = others
    }

    subscript(model: ModelName) -> Value { rows.first { $0.pattern.matches(model) }?.value ?? others }
  }
}

extension Policy.Weights {
  /// More, times the largest multiplier, times all tokens there are, would not fit.
  static let weightMax: Int64 = 10_000
  private static let fields = ["input", "cachedInput", "cacheCreationInput", "output", "reasoning", "request"]

  /// Each counts once; nil for what is no count of tokens or requests.
  init?(counting meter: Policy.BudgetLimit.Meter) {
    switch meter {
    case .inputTokens: self.init(input: 1, cachedInput: 1, cacheCreationInput: 1)
    case .cachedInputTokens: self.init(cachedInput: 1)
    case .cacheCreationInputTokens: self.init(cacheCreationInput: 1)
    case .outputTokens: self.init(output: 1, reasoning: 1)
    case .reasoningTokens: self.init(reasoning: 1)
    case .totalTokens: self.init(input: 1, cachedInput: 1, cacheCreationInput: 1, output: 1, reasoning: 1)
    case .requests: self.init(request: 1)
    case .usd, .weighted, .expression: return nil
    }
  }

  /// `{input: 1, output: 3}`: what is not written counts nothing, but cached and written input count as input does,
  /// and reasoning as output.
  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    guard let fields = Fields(place, known: Self.fields, &diagnostics) else { return nil }
    var hasFaults = false
    func weight(_ name: String, otherwise: Int64, _ diagnostics: inout Diagnostics) -> Int64 {
      guard let place = fields[name] else { return otherwise }
      let weight = place.integer(in: 0...Self.weightMax, &diagnostics)
      if weight == nil { hasFaults = true }
      return weight ?? 0
    }
    input = weight("input", otherwise: 0, &diagnostics)
    cachedInput = weight("cachedInput", otherwise: input, &diagnostics)
    cacheCreationInput = weight("cacheCreationInput", otherwise: input, &diagnostics)
    output = weight("output", otherwise: 0, &diagnostics)
    reasoning = weight("reasoning", otherwise: output, &diagnostics)
    request = weight("request", otherwise: 0, &diagnostics)
    if self == Policy.Weights(), !hasFaults, Self.fields.allSatisfy({ fields.lacks($0) || fields[$0] != nil }) {
      place.report("counts nothing; give a class of tokens a weight, as in {input: 1, output: 3}", &diagnostics)
    }
  }
}

extension Policy.Weighting {
  static let multiplierMax: Int64 = 10_000

  /// `{input: 1, output: 3}` for all models, or `{gpt-4o: {...}, gpt-*: {...}}`.
  static func weights(
    _ place: Place, _ declared: Declared, _ diagnostics: inout Diagnostics
  ) -> Policy.ByModel<Policy.Weights>? {
    if case .mapping(let entries) = place.node.value, let first = entries.first, case .mapping = first.value.value {
      let once = Policy.Weights(counting: .totalTokens)!
      return Policy.ByModel(place, declared, others: once, &diagnostics) { Policy.Weights($0, &$1) }
    }
    return Policy.Weights(place, &diagnostics).map { Policy.ByModel($0) }
  }

  /// `10` for all models, or `{claude-opus-*: 10}` and 1 for the others.
  static func multiplier(
    _ place: Place, _ declared: Declared, _ diagnostics: inout Diagnostics
  ) -> Policy.ByModel<Int64>? {
    if case .mapping = place.node.value {
      return Policy.ByModel(place, declared, others: 1, &diagnostics) { $0.integer(in: 1...multiplierMax, &$1) }
    }
    return place.integer(in: 1...multiplierMax, &diagnostics).map { Policy.ByModel($0) }
  }
}

extension Policy.ByModel {
  fileprivate init?(
    _ place: Place, _ declared: Declared, others: Value, _ diagnostics: inout Diagnostics,
    read: (Place, inout Diagnostics) -> Value?
  ) {
    var entries: [(pattern: Policy.ModelPattern, value: Value)] = []
    for member in place.members(&diagnostics) ?? [] {
      let key = member.key
      guard let pattern = Policy.ModelPattern(key, &diagnostics), let value = read(member.value, &diagnostics) else {
        continue
      }
      declared.models.require(pattern, at: key, &diagnostics)
      entries.append((pattern, value))
    }
    self.init(entries, others: others)
  }
}
