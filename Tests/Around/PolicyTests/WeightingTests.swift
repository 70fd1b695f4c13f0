import Exchange
import Testing

@testable import Policy

@Suite struct WeightingTests {
  private func weighting(_ fields: String) throws -> Policy.Weighting {
    let text = """
      backends: {a: {provider: groq, auth: {env: K}}}
      models: {gpt-4o: {chain: [{backend: a}]}, claude-*: {chain: [{backend: a}]}}
      budgets: {b: {limit: {amount: 1M, per: day, \(fields)}}}
      """
    guard case .weighted(let weighting) = try policy(text).budgets[0].limit.meter else {
      throw Malformed("is not weighted")
    }
    return weighting
  }

  @Test func `classes of tokens have weights; the finer ones those of the coarser unless they are written`() throws {
    let all = try weighting("weights: {input: 1, output: 3}").weights(for: ModelName("any"))
    #expect(all == .init(input: 1, cachedInput: 1, cacheCreationInput: 1, output: 3, reasoning: 3, request: 0))
    let some = try weighting("weights: {input: 10, cachedInput: 1, reasoning: 5, request: 100}")
    #expect(
      some.weights(for: ModelName("any"))
        == .init(input: 10, cachedInput: 1, cacheCreationInput: 10, output: 0, reasoning: 5, request: 100))
  }

  @Test func `a multiplier multiplies the unit or the weights`() throws {
    let requests = try weighting("unit: requests, multiplier: {claude-opus-*: 10, claude-*: 2}")
    #expect(requests.weights(for: ModelName("claude-opus-4")).request == 10)
    #expect(requests.weights(for: ModelName("claude-haiku")).request == 2)
    #expect(requests.weights(for: ModelName("gpt-4o")) == .init(request: 1))
    let output = try weighting("unit: outputTokens, multiplier: 7").weights(for: ModelName("x"))
    #expect(output == .init(output: 7, reasoning: 7))
    let both = try weighting("weights: {output: 3}, multiplier: 5").weights(for: ModelName("x"))
    #expect(both == .init(output: 15, reasoning: 15))
  }

  @Test func `each model may have weights of its own; others count every token once`() throws {
    let weighting = try weighting("weights: {claude-*: {output: 5}, gpt-4o: {input: 2}}")
    #expect(weighting.weights(for: ModelName("claude-x")) == .init(output: 5, reasoning: 5))
    #expect(weighting.weights(for: ModelName("gpt-4o")) == .init(input: 2, cachedInput: 2, cacheCreationInput: 2))
    #expect(weighting.weights(for: ModelName("other")) == Policy.Weights(counting: .totalTokens))
  }

  private static let weight = "must be a whole number from 0 to 10000, and is "

  @Test(arguments: [
    ("weights: {}", "weights: counts nothing; give a class of tokens a weight, as in {input: 1, output: 3}"),
    ("weights: {input: 0}", "weights: counts nothing; give a class of tokens a weight, as in {input: 1, output: 3}"),
    ("weights: {input: -1, output: 1}", "weights.input: " + weight + "\"-1\""),
    ("weights: {input: 1.5}", "weights.input: " + weight + "\"1.5\""),
    ("weights: {outputs: 1}", "weights.outputs: is not a field; did you mean output?"),
    ("weights: 3", "weights: must be a mapping, and is a number"),
    ("weights: {gpt-4: {output: 1}}", "weights.gpt-4: is a model that nobody serves, \"gpt-4\"; did you mean gpt-4o?"),
    ("unit: requests, multiplier: 0", "multiplier: must be a whole number from 1 to 10000, and is \"0\""),
    (
      "unit: requests, multiplier: {gpt-4o: 0.5}",
      "multiplier.gpt-4o: must be a whole number from 1 to 10000, and is \"0.5\""
    ),
  ])
  func `weights that count nothing or less are refused`(fields: String, expected: String) {
    let lines = complaints(
      then: "models: {gpt-4o: {chain: [{backend: a}]}}\nbudgets: {b: {limit: {amount: 1, per: day, \(fields)}}}")
    #expect(lines.map { String($0.split(separator: ": ", maxSplits: 1)[1]) } == ["budgets.b.limit." + expected])
  }
}
