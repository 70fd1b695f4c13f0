import Testing

@testable import aigwctl

@Suite struct FiguresTests {
  @Test(
    arguments: [
      (0, "0"), (999, "999"), (1000, "1k"), (12_345, "12,345"), (50_000, "50k"), (99_999, "99,999"), (100_001, "100k"),
      (123_456, "123.45k"), (1_500_000, "1.5M"), (1_999_999, "1.99M"), (10_000_000, "10M"), (2_000_000_000, "2G"),
      (1_000_000_000_000, "1T"), (-12_345, "-12,345"), (Int64.max, "9,223,372.03T"), (Int64.min, "-9,223,372.03T"),
    ] as [(Int64, String)])
  func shortFiguresAreNeverMoreThanThereIs(number: Int64, text: String) {
    #expect(Figures.short(number) == text)
  }

  @Test func exactFiguresHaveAllDigits() {
    #expect(Figures.exact(1_234_567) == "1,234,567")
    #expect(Figures.exact(.min) == "-9,223,372,036,854,775,808")
  }

  @Test(
    arguments: [
      (0, "$0"), (100_000_000_000, "$100"), (12_340_000_000, "$12.34"), (12_349_999_999, "$12.34"),
      (500_000_000, "$0.50"), (8_775_000, "$0.008775"), (8_775_999, "$0.008775"), (1, "$0.000000001"),
      (1_000_000_001, "$1.00"), (1_234_567_000_000_000, "$1,234,567"), (-1_500_000_000, "-$1.50"),
    ] as [(Int64, String)])
  func dollarsSayCentsAndSmallAmountsFourDigits(nanoDollars: Int64, text: String) {
    #expect(Figures.dollars(nanoDollars) == text)
  }

  @Test func exactDollarsGoToTheNanoDollar() {
    #expect(Figures.exactDollars(1_000_000_001) == "$1.000000001")
    #expect(Figures.exactDollars(100_000_000_000) == "$100")
  }

  @Test func aLimitNamesWhatItCounts() {
    #expect(Figures.limit(50_000, of: Unit("totalTokens"), per: "hour") == "50k tokens/hour")
    #expect(Figures.limit(60, of: Unit("requests"), per: "minute") == "60 requests/minute")
    #expect(Figures.limit(5, of: Unit("cachedInputTokens"), per: "day") == "5 cached input tokens/day")
    #expect(Figures.limit(60, of: Unit("requests"), per: "") == "60 requests")
    #expect(Figures.limit(100_000_000_000, of: Unit("usd"), per: "day") == "$100/day")
  }
}
