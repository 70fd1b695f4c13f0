import Bytes
import Exchange
import JSON
import Prices
import Testing

@Suite struct PriceTableTests {
  private let backend = BackendName("main")

  private func row(_ model: String, _ provider: String, in table: PriceTable = PriceTable()) -> PriceRow? {
    guard case .priced(let row) = table.price(of: ModelName(model), at: backend, provider: provider) else { return nil }
    return row
  }

  /// Input and output, in dollars per million tokens.
  private func price(_ model: String, _ provider: String, in table: PriceTable = PriceTable()) -> String? {
    row(model, provider, in: table).map { "\($0.tariff.rates[.input]) \($0.tariff.rates[.output])" }
  }

  private func tariff(_ line: String) -> PriceOverride.Price { .tariff(try! Tariff(parsing: line)) }

  @Test(arguments: [
    ("gpt-4o", "openai", "gpt-4o"), ("gpt-4o-2024-11-20", "openai", "gpt-4o"),
    ("ft:gpt-4o-2024-08-06:acme::9xYz", "openai", "ft:gpt-4o"),
    ("ft:gpt-4o-mini-2024-07-18:acme:suffix:id", "openai", "ft:gpt-4o-mini"),
    ("claude-opus-4-5-20251101", "anthropic", "claude-opus-4-5"),
    ("claude-sonnet-4-5-latest", "anthropic", "claude-sonnet-4-5"),
    ("models/gemini-2.5-pro", "gemini", "gemini-2.5-pro"), ("gemini-2.5-pro", "vertex", "gemini-2.5-pro"),
    ("gemini-flash-latest", "gemini", "gemini-flash-latest"),
    ("openai/gpt-oss-120b", "groq", "openai/gpt-oss-120b"), ("openai/gpt-oss-120b", "together", "openai/gpt-oss-120b"),
    ("us.anthropic.claude-opus-4-7", "bedrock", "regional.anthropic.claude-opus-4-7"),
    ("jp.anthropic.claude-opus-4-7", "bedrock", "regional.anthropic.claude-opus-4-7"),
    ("global.anthropic.claude-opus-4-7", "bedrock", "anthropic.claude-opus-4-7"),
    ("anthropic.claude-haiku-4-5-20251001-v1:0", "bedrock", "anthropic.claude-haiku-4-5-20251001-v1:0"),
    ("us.meta.llama3-3-70b-instruct-v1:0", "bedrock", "meta.llama3-3-70b-instruct-v1:0"),
    ("eu.amazon.nova-pro-v1:0", "bedrock", "eu.amazon.nova-pro-v1:0"),
    ("us-gov.anthropic.claude-opus-5", "bedrock", "us-gov.anthropic.claude-opus-5"),
    (
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-7", "bedrock",
      "regional.anthropic.claude-opus-4-7"
    ),
    (
      "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0", "bedrock", "amazon.nova-lite-v1:0"
    ),
    ("gpt-4o-2024-05-13", "azure", "gpt-4o-2024-05-13"), ("gpt-4.1", "azure", "gpt-4.1"),
  ])
  func aModelIsFoundByTheNamesItGoesBy(_ model: String, _ provider: String, _ listed: String) {
    #expect(row(model, provider)?.model == listed)
  }

  @Test(arguments: [
    ("my-deployment", "azure"), ("gpt-4o", "anthropic"), ("gpt-4o-2024", "openai"), ("gpt-4o-", "openai"),
    ("-2024-11-20", "openai"), ("-latest", "mistral"), ("", "openai"), ("ft:", "openai"), ("ft:unknown:a::b", "openai"),
    ("models/", "gemini"), ("us-gov.anthropic.claude-opus-4-7", "bedrock"), (".", "bedrock"), ("us.", "bedrock"),
    ("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc", "bedrock"), ("arn:/", "bedrock"),
    ("llama3", "openai"), ("gpt-4o", "somebody"), ("GPT-4o", "openai"), ("gpt-4o-2024-11-2é", "openai"),
  ])
  func aModelNobodyPricesHasNoPrice(_ model: String, _ provider: String) {
    #expect(row(model, provider) == nil)
  }

  @Test func aSnapshotWithAPriceOfItsOwnKeepsIt() {
    #expect(price("gpt-4o-2024-05-13", "azure") == "5.00 15.00")
    #expect(price("gpt-4o-2024-11-20", "azure") == "2.50 10.00")
    #expect(price("text-embedding-3-large", "azure") == "0.143 0.00")
    #expect(price("text-embedding-3-large", "openai") == "0.13 0.00")
  }

  @Test func aRegionalModelCostsMoreThanAGlobalOne() {
    #expect(price("anthropic.claude-sonnet-4-6", "bedrock") == "3.00 15.00")
    #expect(price("eu.anthropic.claude-sonnet-4-6", "bedrock") == "3.30 16.50")
    #expect(price("moonshotai.kimi-k3", "bedrock") == "3.30 16.50")
    #expect(price("global.moonshotai.kimi-k3", "bedrock") == "3.00 15.00")
  }

  @Test func thePolicyIsAskedBeforeTheTables() {
    let table = PriceTable(overrides: [
      PriceOverride(model: "gpt-4o", price: tariff("input=1 output=2")),
      PriceOverride(model: "gpt-*", price: tariff("input=3 output=4")),
      PriceOverride(model: "gpt-5*", price: tariff("input=5 output=6")),
      PriceOverride(backend: backend, model: "o3", price: tariff("input=7 output=8")),
      PriceOverride(backend: BackendName("other"), model: "gpt-4.1", price: tariff("input=9 output=9")),
      PriceOverride(backend: backend, model: "gpt-4.1*", price: tariff("input=0.5 output=0.6")),
    ])
    #expect(price("gpt-4o", "openai", in: table) == "1.00 2.00")
    #expect(price("gpt-4o-mini", "openai", in: table) == "3.00 4.00")
    #expect(price("gpt-5.4", "openai", in: table) == "5.00 6.00")
    #expect(price("gpt-4.1", "openai", in: table) == "0.50 0.60")
    #expect(price("o3", "openai", in: table) == "7.00 8.00")
    #expect(row("o3", "openai", in: table)?.source == .policy)
    guard
      case .priced(let elsewhere) = table.price(of: ModelName("o3"), at: BackendName("other"), provider: "openai")
    else {
      Issue.record("o3 has a price in the table")
      return
    }
    #expect(elsewhere.tariff.rates[.output].description == "8.00")
    #expect(elsewhere.source != .policy)
  }

  @Test func aModelMayCostWhatAnotherDoes() {
    let table = PriceTable(
      overrides: [
        PriceOverride(model: "my-deployment", price: .sameAs("gpt-4o")),
        PriceOverride(model: "claude-here", price: .sameAs("anthropic/claude-opus-4-5")),
        PriceOverride(model: "house", price: tariff("input=1 output=2")),
        PriceOverride(model: "flat", price: .sameAs("house")),
        PriceOverride(model: "circle", price: .sameAs("circle")),
      ], unpriced: .priceAs("gpt-4o-mini"))
    #expect(price("my-deployment", "azure", in: table) == "2.50 10.00")
    #expect(price("claude-here", "openai", in: table) == "5.00 25.00")
    #expect(price("flat", "openai", in: table) == "1.00 2.00")
    #expect(price("circle", "openai", in: table) == nil)
    #expect(price("whatever", "openai", in: table) == "0.15 0.60")
    #expect(price("whatever", "somebody", in: table) == "0.15 0.60")
  }

  @Test func whatHasNoPriceSaysSoAndWhatToDo() {
    func missing(_ model: String, _ provider: String, _ table: PriceTable) -> Unpriced? {
      guard case .unpriced(let unpriced) = table.price(of: ModelName(model), at: backend, provider: provider) else {
        return nil
      }
      return unpriced
    }
    let denied = missing("chatty", "azure", PriceTable())
    #expect(denied?.isAllowed == false)
    #expect(
      denied?.reason
        == "No price is known for chatty of main (azure); deployments there are named by whoever made them. Give it one "
        + "under prices in the policy, in dollars per million tokens, or name a model it costs as much as: "
        + "unpriced: {priceAs: MODEL}.")
    #expect(missing("llama3", "openai", PriceTable(unpriced: .allow))?.isAllowed == true)
    #expect(
      missing("llama3", "openai", PriceTable(unpriced: .priceAs("gpt-400")))?.reason
        == "The policy prices unknown models as gpt-400, which has no price either.")
    let pointing = PriceTable(overrides: [PriceOverride(model: "llama3", price: .sameAs("gpt-400"))])
    #expect(
      missing("llama3", "openai", pointing)?.reason
        == "The policy prices llama3 of main as gpt-400, which has no price either.")
  }

  @Test func aNameIsFoundForThePolicyToCheck() {
    let table = PriceTable()
    #expect(table.row(named: "gpt-4o")?.provider == "openai")
    #expect(table.row(named: "anthropic/claude-opus-4-5")?.provider == "anthropic")
    #expect(table.row(named: "openai/gpt-oss-120b", provider: "together")?.provider == "together")
    #expect(table.row(named: "gpt-400") == nil)
    #expect(table.row(named: "/") == nil)
  }

  @Test func aRowIsShownWithItsPricesSourceAndAge() throws {
    let row = try #require(self.row("gpt-5.4", "openai"))
    var text = ByteBuffer()
    row.json(at: WallTime(milliseconds: 1_795_392_000_000)).write(into: &text)
    #expect(
      String(text.span)
        == #"{"provider":"openai","model":"gpt-5.4","input":"2.50","cachedInput":"0.25","output":"15.00","#
        + #""tiers":[{"above":272000,"input":"5.00","cachedInput":"0.50","output":"22.50"}],"#
        + #""contextTokens":1050000,"maxOutputTokens":128000,"source":"builtin","asOf":"2026-11-21","ageDays":2,"#
        + #""page":"developers.openai.com/api/docs/pricing"}"#)
  }

  @Test func pricesAreListedThoseOfThePolicyFirst() {
    let table = PriceTable(overrides: [
      PriceOverride(backend: backend, model: "gpt-4*", price: tariff("input=1 output=2")),
      PriceOverride(model: "mine", price: .sameAs("gpt-4o")),
    ])
    func list(_ model: String?) -> [String] {
      table.json(model: model, at: WallTime(milliseconds: 0)).map {
        "\($0["provider"]?.string ?? "")/\($0["model"]?.string ?? "") \($0["source"]?.string ?? "")"
      }
    }
    #expect(list("gpt-4o") == ["main/gpt-4* policy", "openai/gpt-4o builtin", "azure/gpt-4o builtin"])
    #expect(list("mine") == ["policy/mine policy"])
    #expect(list("nobody's") == [])
    let all = list(nil)
    #expect(all.count > 200)
    #expect(Set(all).count == all.count)
  }
}
