// CostBook: what tokens cost in the units that budgets make up themselves: weights and expressions.

import CEL
import Exchange
import Meters
import Policy

/// The costs that the budgets of one policy count, made ready once.
struct CostBook: Sendable {
  private enum Way: Sendable {
    case weights(Policy.Weighting)
    case expression(CostExpression)
  }

  private var ways: [CostName: Way] = [:]

  /// An expression that does not compile was refused with the policy.
  init(_ budgets: [Policy.Budget]) {
    for budget in budgets {
      guard let name = CostName(budget) else { continue }
      switch budget.limit.meter {
      case .weighted(let weighting): ways[name] = .weights(weighting)
      case .expression(let text): ways[name] = (try? CostExpression(text)).map { .expression($0) }
      case .totalTokens, .inputTokens, .cachedInputTokens, .cacheCreationInputTokens, .outputTokens, .reasoningTokens,
        .requests, .usd:
        break
      }
    }
  }

  var isEmpty: Bool { ways.isEmpty }

  /// The most that a call with at most these tokens can cost; nil where that cannot be told.
  func bound(_ name: CostName, input: TokenCount, output: TokenCount, for call: CostExpression.Call) -> Int64? {
    switch ways[name] {
    case .weights(let weighting):
      let weights = weighting.weights(for: call.model)
      let perInput = max(weights.input, weights.cachedInput, weights.cacheCreationInput)
      let perOutput = max(weights.output, weights.reasoning)
      return saturatingSum(
        saturatingSum(saturatingProduct(input.value, perInput), saturatingProduct(output.value, perOutput)),
        weights.request)
    case .expression(let expression): return try? expression.bound(input: input, output: output, for: call)
    case nil: return nil
    }
  }

  /// What a call cost; nil where that cannot be told, and then what was reserved is booked.
  func cost(_ name: CostName, of usage: Usage, for call: CostExpression.Call) -> Int64? {
    guard let input = usage.input, let output = usage.output else { return nil }
    let tokens = CostExpression.Tokens(
      input: input, cachedInput: usage.cachedInput ?? .zero, cacheCreationInput: usage.cacheCreationInput ?? .zero,
      output: output, reasoning: usage.reasoning ?? .zero, total: usage.total)
    switch ways[name] {
    case .weights(let weighting):
      let weights = weighting.weights(for: call.model)
      let plainInput = tokens.input - tokens.cachedInput - tokens.cacheCreationInput
      let parts = [
        (plainInput, weights.input), (tokens.cachedInput, weights.cachedInput),
        (tokens.cacheCreationInput, weights.cacheCreationInput), (tokens.output - tokens.reasoning, weights.output),
        (tokens.reasoning, weights.reasoning),
      ]
      return parts.reduce(weights.request) { saturatingSum($0, saturatingProduct($1.0.value, $1.1)) }
    case .expression(let expression): return try? expression.cost(of: tokens, for: call)
    case nil: return nil
    }
  }
}
