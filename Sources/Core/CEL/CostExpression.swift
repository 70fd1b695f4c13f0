// CostExpression: what a call counts on a budget whose unit is an expression over its tokens.

import Exchange

/// The unit of a budget as an expression: `input_tokens + output_tokens * 3u`. Its result is an int or a uint, never
/// below 0.
///
/// **What is counted before a call.** Whether an expression grows with its tokens cannot be decided in general, so the
/// bound of a call is formed by evaluating: `bound(input:output:for:)` takes the largest cost over the corners of what
/// the call can become, which are no tokens or the most, of each class that the expression reads. Of an expression that
/// is linear in each class (weights, per-model multipliers) no point between costs more than the corners do. One that
/// bends down between them (`input_tokens % 7u`) is bounded at the corners only; its settlement may come out above its
/// reservation, and is booked as it comes out.
///
/// **What has no cost.** A division by zero or an overflow has no value, and is an error, never wrapped or clamped: an
/// ask without a cost is refused, and a settlement without one keeps what was reserved. Whoever evaluates decides this.
public struct CostExpression: Sendable {
  /// Which call: what `model`, `backend` and `route_name` are.
  public struct Call: Hashable, Sendable {
    public var model: ModelName
    public var backend: BackendName
    public var route: String

    public init(model: ModelName, backend: BackendName, route: String) {
      self.model = model
      self.backend = backend
      self.route = route
    }
  }

  /// The tokens of a call, by class. Cached and cache-creation tokens are parts of `input`, reasoning tokens of
  /// `output`; a part that is reported larger than its whole counts as the whole, so that `input_tokens -
  /// cached_input_tokens` has a value whatever a provider reports.
  public struct Tokens: Hashable, Sendable {
    public var input: TokenCount
    public var cachedInput: TokenCount
    public var cacheCreationInput: TokenCount
    public var output: TokenCount
    public var reasoning: TokenCount
    /// All tokens; at least `input` and `output` together.
    public var total: TokenCount

    public init(
      input: TokenCount, cachedInput: TokenCount = .zero, cacheCreationInput: TokenCount = .zero,
      output: TokenCount, reasoning: TokenCount = .zero, total: TokenCount = .zero
    ) {
      self.input = max(.zero, input)
      self.cachedInput = min(max(.zero, cachedInput), self.input)
      self.cacheCreationInput = min(max(.zero, cacheCreationInput), self.input - self.cachedInput)
      self.output = max(.zero, output)
      self.reasoning = min(max(.zero, reasoning), self.output)
      self.total = max(total, self.input + self.output)
    }
  }

  private let expression: Expression
  private let variables: [CostVariable]
  private let corners: [Corner]

  /// Loads the expression and tries it: without tokens, and at the corners of a few sizes of call. Throws what is wrong
  /// with the text, and the first trial that has no cost or one below zero.
  /// - Parameter calls: what to try it with besides a call of no name, such as the models of the policy.
  public init(_ text: String, trying calls: [Call] = []) throws(ExpressionError) {
    expression = try Expression(text, CostVariable.environment)
    guard expression.type.mayBe(.int) || expression.type.mayBe(.uint) else {
      let advice = expression.type == .double ? "; write int(...) around it" : ""
      throw ExpressionError(
        "the cost must be an int or a uint, and is \(expression.type)\(advice)", at: SourcePosition(line: 1, column: 1))
    }
    variables = CostVariable.allCases.filter { [expression] in expression.reads(slot: $0.rawValue) }
    corners = Corner.all(readBy: variables)
    let nameless = Call(model: ModelName(""), backend: BackendName(""), route: "")
    for call in [nameless] + calls.prefix(Limits.costTrialsMax) { try tryOut(call) }
  }

  /// Units that these tokens cost. Throws when the expression has no value for them, or one below zero.
  public func cost(of tokens: Tokens, for call: Call) throws(EvaluationError) -> Int64 {
    var bindings = Bindings(CostVariable.environment)
    return try cost(of: tokens, for: call, &bindings)
  }

  /// The most units the call can cost with at most these tokens. Throws when one of the corners has no cost.
  public func bound(input: TokenCount, output: TokenCount, for call: Call) throws(EvaluationError) -> Int64 {
    var bindings = Bindings(CostVariable.environment)
    var most: Int64 = 0
    for corner in corners { most = max(most, try cost(of: corner.tokens(input, output), for: call, &bindings)) }
    return most
  }

  private func cost(
    of tokens: Tokens, for call: Call, _ bindings: inout Bindings
  ) throws(EvaluationError) -> Int64 {
    for variable in variables { bindings.bind(slot: variable.rawValue, to: variable.value(tokens, call)) }
    switch try expression.evaluate(bindings) {
    case .int(let cost) where cost >= 0: return cost
    case .int(let cost): throw EvaluationError(.negativeCost(cost), at: SourcePosition(line: 1, column: 1))
    case .uint(let cost): return Int64(clamping: cost)
    case let other: throw EvaluationError(.wrongResult(other.kind), at: SourcePosition(line: 1, column: 1))
    }
  }

  private func tryOut(_ call: Call) throws(ExpressionError) {
    let name = call.model.text.isEmpty ? "" : "model \(call.model.text), "
    for size in Limits.costTrialSizes {
      for corner in corners {
        let tokens = corner.tokens(TokenCount(size), TokenCount(size))
        do throws(EvaluationError) {
          _ = try cost(of: tokens, for: call)
        } catch {
          throw ExpressionError("with \(name)\(tokens): \(error.message)", at: error.position)
        }
      }
    }
  }
}

extension CostExpression.Tokens: CustomStringConvertible {
  /// `input_tokens 1000, output_tokens 0`, and what else there is.
  public var description: String {
    let parts = [
      ("cached_input_tokens", cachedInput), ("cache_creation_input_tokens", cacheCreationInput),
      ("reasoning_tokens", reasoning),
    ]
    return
      (["input_tokens \(input)", "output_tokens \(output)"]
      + parts.filter { $0.1 != .zero }.map { "\($0) \($1)" }).joined(separator: ", ")
  }
}
