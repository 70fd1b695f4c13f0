// CostVariable: the variables of a cost, and the corners of what a call can become.

import Exchange

/// A variable of every `CostExpression`; its raw value is its slot among the bindings.
enum CostVariable: Int, CaseIterable {
  case model, backend, route
  case input, cachedInput, cacheCreationInput, output, reasoning, total

  static let environment: Environment = {
    var environment = Environment()
    for variable in allCases { environment.declare(variable.name, as: variable.type) }
    return environment
  }()

  var name: String {
    switch self {
    case .model: "model"
    case .backend: "backend"
    case .route: "route_name"
    case .input: "input_tokens"
    case .cachedInput: "cached_input_tokens"
    case .cacheCreationInput: "cache_creation_input_tokens"
    case .output: "output_tokens"
    case .reasoning: "reasoning_tokens"
    case .total: "total_tokens"
    }
  }

  private var type: ValueType {
    switch self {
    case .model, .backend, .route: .string
    case .input, .cachedInput, .cacheCreationInput, .output, .reasoning, .total: .uint
    }
  }

  func value(_ tokens: CostExpression.Tokens, _ call: CostExpression.Call) -> Value {
    switch self {
    case .model: .string(call.model.text)
    case .backend: .string(call.backend.text)
    case .route: .string(call.route)
    case .input: .uint(UInt64(clamping: tokens.input.value))
    case .cachedInput: .uint(UInt64(clamping: tokens.cachedInput.value))
    case .cacheCreationInput: .uint(UInt64(clamping: tokens.cacheCreationInput.value))
    case .output: .uint(UInt64(clamping: tokens.output.value))
    case .reasoning: .uint(UInt64(clamping: tokens.reasoning.value))
    case .total: .uint(UInt64(clamping: tokens.total.value))
    }
  }
}

/// An extreme of what a call can become: each class of tokens is empty or full.
struct Corner: Hashable {
  var hasInput = false
  var isCached = false
  var isCacheCreation = false
  var hasOutput = false
  var isReasoning = false

  /// The corners that an expression which reads these variables can tell apart. Parts are full only with their whole:
  /// an input is all cached, or all written to the cache, or neither.
  static func all(readBy variables: [CostVariable]) -> [Corner] {
    var inputs = [Corner(), Corner(hasInput: true)]
    if variables.contains(.cachedInput) { inputs.append(Corner(hasInput: true, isCached: true)) }
    if variables.contains(.cacheCreationInput) { inputs.append(Corner(hasInput: true, isCacheCreation: true)) }
    return inputs.flatMap { input in
      var full = input
      full.hasOutput = true
      var reasoned = full
      reasoned.isReasoning = true
      return variables.contains(.reasoning) ? [input, full, reasoned] : [input, full]
    }
  }

  func tokens(_ input: TokenCount, _ output: TokenCount) -> CostExpression.Tokens {
    CostExpression.Tokens(
      input: hasInput ? input : .zero, cachedInput: isCached ? input : .zero,
      cacheCreationInput: isCacheCreation ? input : .zero, output: hasOutput ? output : .zero,
      reasoning: isReasoning ? output : .zero)
  }
}
