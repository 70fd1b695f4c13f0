import Exchange
import Testing

@testable import CEL

@Suite struct CostExpressionTests {
  static let call = CostExpression.Call(model: ModelName("gpt-4o"), backend: BackendName("openai"), route: "/v1/chat")
  static let tokens = CostExpression.Tokens(
    input: TokenCount(1000), cachedInput: TokenCount(400), cacheCreationInput: TokenCount(100),
    output: TokenCount(200), reasoning: TokenCount(50))

  private func refusal(_ text: String, trying calls: [CostExpression.Call] = []) -> String? {
    do throws(ExpressionError) {
      _ = try CostExpression(text, trying: calls)
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("input_tokens + output_tokens * 3u", 1600), ("int(total_tokens) * 2", 2400), ("total_tokens", 1200),
    ("(input_tokens - cached_input_tokens) * 10u + cached_input_tokens", 6400),
    ("cache_creation_input_tokens * uint(5) + reasoning_tokens", 550), ("1", 1),
    ("model == 'gpt-4o' && backend == 'openai' ? 7 : 8", 7), ("route_name.startsWith('/v1') ? 1u : 2u", 1),
    ("uint(double(output_tokens) * 1.5)", 300), ("dyn(input_tokens)", 1000),
  ]) func aCostIsWhatTheExpressionSays(text: String, cost: Int64) throws {
    #expect(try CostExpression(text).cost(of: Self.tokens, for: Self.call) == cost)
  }

  @Test(arguments: [
    ("input_tokens +", "line 1, column 15: expected a value, found the end"),
    ("input_tokens * 2", "line 1, column 14: * does not take uint and int; write 2u"),
    ("input_tokens > 1u", "line 1, column 1: the cost must be an int or a uint, and is bool"),
    (
      "double(input_tokens) * 1.5",
      "line 1, column 1: the cost must be an int or a uint, and is double; write int(...) around it"
    ),
    (
      "-1", "line 1, column 1: with input_tokens 0, output_tokens 0: the cost is -1; a cost cannot be below 0"
    ),
    (
      "int(output_tokens) - int(input_tokens)",
      "line 1, column 1: with input_tokens 1, output_tokens 0: the cost is -1; a cost cannot be below 0"
    ),
    (
      "output_tokens - 5u",
      "line 1, column 15: with input_tokens 0, output_tokens 0: the result is outside the range of uint"
    ),
    (
      "input_tokens / output_tokens",
      "line 1, column 14: with input_tokens 0, output_tokens 0: division by zero; test the divisor first, "
        + "as in: n == 0 ? 0 : x / n"
    ),
    (
      "reasoning_tokens > 500u ? -1 : 1",
      "line 1, column 1: with input_tokens 0, output_tokens 1000, reasoning_tokens 1000: the cost is -1; "
        + "a cost cannot be below 0"
    ),
    (
      "input_tokens * input_tokens * input_tokens * 100u",
      "line 1, column 44: with input_tokens 1000000, output_tokens 0: the result is outside the range of uint"
    ),
    (
      "dyn(model)",
      "line 1, column 1: with input_tokens 0, output_tokens 0: the result is string, which is not what is wanted here"
    ),
  ]) func whatHasNoCostIsRefusedWhenItIsLoaded(text: String, message: String) {
    #expect(refusal(text) == message)
  }

  @Test func theModelsOfThePolicyAreTriedToo() {
    #expect(refusal("model == 'gpt-4o' ? -3 : 1") == nil)
    #expect(
      refusal("model == 'gpt-4o' ? -3 : 1", trying: [Self.call])
        == "line 1, column 1: with model gpt-4o, input_tokens 0, output_tokens 0: the cost is -3; "
        + "a cost cannot be below 0")
  }

  @Test(arguments: [
    ("input_tokens + output_tokens * 3u", 1600),
    ("input_tokens * 2u - cached_input_tokens", 2000),
    ("(input_tokens - cached_input_tokens) * 10u + cached_input_tokens * 20u", 20_000),
    ("input_tokens + cache_creation_input_tokens / 4u", 1250),
    ("output_tokens * 2u + reasoning_tokens", 600),
    ("total_tokens * input_tokens", 1_200_000),
    ("1000000u - output_tokens", 1_000_000),
    ("7", 7),
  ]) func theBoundIsTheDearestCorner(text: String, bound: Int64) throws {
    let expression = try CostExpression(text)
    #expect(try expression.bound(input: TokenCount(1000), output: TokenCount(200), for: Self.call) == bound)
  }

  @Test func nothingWithinTheBoundsOfALinearCostIsAboveTheBound() throws {
    let expression = try CostExpression(
      "(input_tokens - cached_input_tokens - cache_creation_input_tokens) * 3u + cached_input_tokens"
        + " + cache_creation_input_tokens * 4u + (output_tokens - reasoning_tokens) * 5u + reasoning_tokens * 6u")
    var random = SeededNumbers(state: 7)
    let (input, output) = (TokenCount(10_000), TokenCount(4000))
    let bound = try expression.bound(input: input, output: output, for: Self.call)
    for _ in 0..<500 {
      let tokens = CostExpression.Tokens(
        input: TokenCount(Int64.random(in: 0...input.value, using: &random)),
        cachedInput: TokenCount(Int64.random(in: 0...input.value, using: &random)),
        cacheCreationInput: TokenCount(Int64.random(in: 0...input.value, using: &random)),
        output: TokenCount(Int64.random(in: 0...output.value, using: &random)),
        reasoning: TokenCount(Int64.random(in: 0...output.value, using: &random)))
      #expect(try expression.cost(of: tokens, for: Self.call) <= bound, "\(tokens)")
    }
  }

  @Test func absurdReportsOfAProviderAreHeldToWhatTokensCanBe() throws {
    let absurd = CostExpression.Tokens(
      input: TokenCount(-5), cachedInput: TokenCount(10), cacheCreationInput: TokenCount(Int64.min),
      output: TokenCount(7),
      reasoning: TokenCount(Int64.max), total: TokenCount(-1))
    #expect(absurd.description == "input_tokens 0, output_tokens 7, reasoning_tokens 7")
    #expect(absurd.total == TokenCount(7))
    let uncached = try CostExpression("input_tokens - cached_input_tokens - cache_creation_input_tokens")
    let larger = CostExpression.Tokens(
      input: TokenCount(10), cachedInput: TokenCount(8), cacheCreationInput: TokenCount(8), output: .zero)
    #expect(try uncached.cost(of: larger, for: Self.call) == 0)
    let huge = CostExpression.Tokens(input: TokenCount(Int64.max), output: TokenCount(Int64.max))
    #expect(try CostExpression("total_tokens * 2u").cost(of: huge, for: Self.call) == Int64.max)
    #expect(throws: EvaluationError(.overflow(.uint), at: SourcePosition(line: 1, column: 14))) {
      try CostExpression("total_tokens * 4u").cost(of: huge, for: Self.call)
    }
  }

  @Test func aCostBelowZeroThatNoTrialFoundIsAnErrorAndNeverCounts() throws {
    let expression = try CostExpression("input_tokens == 777u ? -9 : 1")
    #expect(throws: EvaluationError(.negativeCost(-9), at: SourcePosition(line: 1, column: 1))) {
      try expression.cost(of: .init(input: TokenCount(777), output: .zero), for: Self.call)
    }
  }
}
