import Exchange
import Testing

@testable import Policy

@Suite struct PricesTests {
  private static let head =
    "backends: {azure: {provider: openai, baseURL: http://x}, a.b: {provider: groq, auth: {env: K}}}\n"

  private func price(_ text: String) throws -> TokenPrice { try TokenPrice(parsing: text) }

  @Test func `a price has classes and tiers, to the last digit`() throws {
    let policy = try policy(
      Self.head + """
        prices:
          big:
            input: 1.25
            cachedInput: "0.125"
            cacheWrite: $1.5625
            output: 10
            tiers: [{above: 200000, input: 2.5, output: 15}, {above: 1000000, input: 5, output: 30}]
          embed: {input: 0.02, output: 0}
        """)
    guard case .rates(let rates, let tiers) = policy.prices[0].terms else {
      Issue.record("no rates")
      return
    }
    #expect(rates.input == (try price("1.25")))
    #expect(rates.cachedInput == (try price("0.125")))
    #expect(rates.cacheWrite == (try price("1.5625")))
    #expect(rates.longCacheWrite == nil)
    #expect(rates.output == (try price("10")))
    #expect(tiers.map(\.above.value) == [200_000, 1_000_000])
    #expect(tiers[0].rates.output == (try price("15")))
    #expect(policy.unpriced == .deny)
  }

  @Test(
    arguments: [
      ("gpt-4o", nil, "gpt-4o"), ("azure/gpt-4o", "azure", "gpt-4o"), ("azure/*", "azure", "*"),
      ("meta-llama/Llama-3-*", nil, "meta-llama/Llama-3-*"), ("azure/meta/x", "azure", "meta/x"), ("a.b/x", "a.b", "x"),
    ] as [(String, String?, String)])
  func `a price is of a model, or of a model at a backend`(key: String, backend: String?, model: String) throws {
    let policy = try policy(Self.head + "prices: {\"\(key)\": {priceAs: openai/gpt-4o}}")
    #expect(policy.prices.count == 1)
    #expect(policy.prices[0].backend?.text == backend)
    #expect(policy.prices[0].model.description == model)
    #expect(policy.prices[0].terms == .sameAs(ModelName("openai/gpt-4o")))
  }

  @Test func `a model without a price is denied, allowed or priced as another`() throws {
    #expect(try policy(Self.head + "unpriced: allow").unpriced == .allow)
    #expect(try policy(Self.head + "unpriced: deny").unpriced == .deny)
    #expect(try policy(Self.head + "unpriced: {priceAs: gpt-4o}").unpriced == .priceAs(ModelName("gpt-4o")))
  }

  private static let money = "must be dollars as in 2.50, $15 or 0.075: digits and at most one point; it is "

  @Test(arguments: [
    (
      "prices: {m: {}}",
      [
        "prices.m: has no input; write its price in dollars per million tokens, as in input: 2.50",
        "prices.m: has no output; write its price in dollars per million tokens, 0 for a model without output",
      ]
    ),
    ("prices: {m: {input: 1, output: -1}}", ["prices.m.output: must not be negative; it is \"-1\""]),
    ("prices: {m: {input: 1e3, output: 1}}", ["prices.m.input: " + money + "\"1e3\""]),
    (
      "prices: {m: {input: [1], output: 1}}",
      ["prices.m.input: must be dollars per million tokens such as 2.50, and is a list"]
    ),
    (
      "prices: {m: {input: 0.0000000001, output: 1}}",
      [
        "prices.m.input: is finer than a billionth of a dollar, which is the smallest amount counted; it is \"0.0000000001\""
      ]
    ),
    (
      "prices: {m: {input: 1000001, output: 1}}",
      [
        "prices.m.input: is more than $1000000 per million tokens; prices are per million, not per token; it is \"1000001\""
      ]
    ),
    (
      "prices: {m: {input: 1, output: 1, tiers: [{above: 5, input: 1, output: 1}, {above: 5, input: 1, output: 1}]}}",
      ["prices.m.tiers[1]: stands after a tier that begins at as much input or more; write them ascending"]
    ),
    (
      "prices: {m: {input: 1, output: 1, tiers: [{input: 1, output: 1}]}}",
      ["prices.m.tiers[0]: has no above; write from how much input on it counts, as in above: 200000"]
    ),
    ("prices: {m: {input: 1, output: 1, inputs: 2}}", ["prices.m.inputs: is not a field; did you mean input?"]),
    ("prices: {m: {priceAs: gpt-4o, input: 1}}", ["prices.m.input: is not a field; here stand priceAs"]),
    (
      "prices: {\"azure/\": {priceAs: x}}",
      ["prices.\"azure/\": must be a model's name of 1 to 256 printable ASCII characters without spaces"]
    ),
    ("unpriced: priceAs", ["unpriced: must be deny, allow or {priceAs: MODEL}, and is \"priceAs\""]),
    ("unpriced: {}", ["unpriced: has no priceAs; name a model whose price is known"]),
  ])
  func `a price that is none is refused`(section: String, expected: [String]) {
    let lines = complaints(Self.head + section).map { String($0.split(separator: ": ", maxSplits: 1)[1]) }
    #expect(lines == expected)
  }
}
