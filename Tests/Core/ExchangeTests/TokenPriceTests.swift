import Exchange
import TestSupport
import Testing

@Suite struct TokenPriceTests {
  private func price(_ text: String) -> TokenPrice { try! TokenPrice(parsing: text) }
  private func tokens(_ count: Int64) -> TokenCount { TokenCount(count) }

  @Test func aMillionTokensCostWhatThePriceSays() {
    #expect(Cost(tokens(1_000_000), at: price("2.50")).amount == NanoDollars(2_500_000_000))
    #expect(Cost(tokens(1_000_000), at: price("0.000000001")).amount == NanoDollars(1))
    #expect(Cost(tokens(1), at: price("0.0375")).amount == NanoDollars(38))
    #expect(Cost(tokens(1000), at: price("0.0375")).amount == NanoDollars(37_500))
  }

  @Test func aCostIsRoundedUpOnceAndNeverDown() {
    // 37.5 nano-dollars each: two halves are one whole, not two.
    let one = Cost(tokens(1), at: price("0.0375"))
    #expect(one.amount == NanoDollars(38))
    #expect((one + one).amount == NanoDollars(75))
    #expect(Cost(tokens(1), at: price("0.000000001")).amount == NanoDollars(1))
    #expect(Cost(tokens(0), at: price("15")).amount == .zero)
    #expect(Cost(tokens(-5), at: price("15")) == .zero)
  }

  @Test func anAbsurdCostIsTheMostThereIs() {
    let absurd = Cost(tokens(.max), at: TokenPrice(most: ()))
    #expect(absurd.amount == NanoDollars(.max))
    #expect((0..<1000).reduce(Cost.zero) { sum, _ in sum + absurd }.amount == NanoDollars(.max))
    #expect(Cost(tokens(1_000_000_000_000), at: price("15")).amount < NanoDollars(.max))
  }

  @Test func aPriceThatMustBeAMistakeIsRefused() {
    #expect(throws: MalformedAmount.self) { try TokenPrice(parsing: "1000000.01") }
    #expect(throws: MalformedAmount.self) { try TokenPrice(perMillion: NanoDollars(-1)) }
    #expect(price("1000000").perMillion == TokenPrice.perMillionMax)
    #expect(price("2.5").description == "2.50")
  }

  @Test func whatMoneyPaysForIsTheMostThatCostsNoMore() {
    var generator = Seeded(7)
    for _ in 0..<2000 {
      let worst = WorstPrice(
        perInputToken: try! TokenPrice(perMillion: NanoDollars(.random(in: 0...50_000_000_000, using: &generator))),
        perOutputToken: try! TokenPrice(perMillion: NanoDollars(.random(in: 1...200_000_000_000, using: &generator))))
      let input = tokens(.random(in: 0...200_000, using: &generator))
      let money = NanoDollars(.random(in: 0...20_000_000_000, using: &generator))
      let output = worst.outputTokens(paidBy: money, input: input)
      if worst.cost(input: input, output: .zero).amount > money {
        #expect(output == .zero)
      } else {
        #expect(worst.cost(input: input, output: output).amount <= money)
        #expect(worst.cost(input: input, output: output + tokens(1)).amount > money)
      }
    }
  }

  @Test func outputThatCostsNothingIsNotLimitedByMoney() {
    let embedding = WorstPrice(perInputToken: price("0.02"), perOutputToken: .free)
    #expect(embedding.outputTokens(paidBy: NanoDollars(20), input: tokens(1)) == tokens(.max))
    #expect(embedding.outputTokens(paidBy: NanoDollars(19), input: tokens(1)) == .zero)
    #expect(embedding.outputTokens(paidBy: NanoDollars(-1), input: .zero) == .zero)
    #expect(embedding.outputTokens(paidBy: NanoDollars(.max), input: tokens(.max)) == .zero)
  }
}

extension TokenPrice {
  fileprivate init(most: Void) { self = try! TokenPrice(perMillion: Self.perMillionMax) }
}
