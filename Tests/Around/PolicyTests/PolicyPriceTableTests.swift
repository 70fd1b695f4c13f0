import Exchange
import Prices
import Testing

@testable import Policy

@Suite struct PolicyPriceTableTests {
  private func table(_ sections: String) throws -> PriceTable {
    try policy("backends: {a: {provider: openai, auth: {env: KEY}}}\n\(sections)").priceTable()
  }

  /// What a million tokens of input and as many of output cost, in nano-dollars.
  private func cost(_ table: PriceTable, _ model: String) -> Int64? {
    guard case .priced(let row) = table.price(of: ModelName(model), at: BackendName("a"), provider: "openai") else {
      return nil
    }
    let million = TokenCount(1_000_000)
    return row.tariff.cost(of: Usage(input: million, output: million)).amount.value
  }

  @Test func aPriceOfThePolicyCountsBeforeThePublishedOne() throws {
    let published = try #require(cost(try table(""), "gpt-4o"))
    let own = try table(#"prices: {"a/gpt-4o": {input: "1", output: "2.5"}}"#)
    #expect(cost(own, "gpt-4o") == 3_500_000_000 && published != 3_500_000_000)
  }

  @Test func whatThePolicySaysOfUnknownModelsHolds() throws {
    #expect(cost(try table(""), "my-own-model") == nil)
    let asAnother = try table("unpriced: {priceAs: gpt-4o}")
    #expect(cost(asAnother, "my-own-model") == cost(asAnother, "gpt-4o"))
  }
}
