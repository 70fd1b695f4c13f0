import Exchange
import TestSupport
import Testing

@Suite struct NanoDollarsTests {
  private func refusal(_ text: String) -> String? {
    do throws(MalformedAmount) {
      _ = try NanoDollars(parsing: text)
      return nil
    } catch { return error.reason }
  }

  @Test(arguments: [
    ("0", 0), ("0.0", 0), ("2.50", 2_500_000_000), ("$15", 15_000_000_000), ("0.075", 75_000_000),
    ("0.000000001", 1), ("007", 7_000_000_000), ("$0.0375000000000", 37_500_000),
    ("9223372036.854775806", 9_223_372_036_854_775_806),
  ])
  func amountsAreReadToTheLastDigit(_ text: String, _ value: Int64) throws {
    #expect(try NanoDollars(parsing: text) == NanoDollars(value))
  }

  @Test(arguments: [
    "", "$", ".", "2.", ".5", "1,000", "2.5.1", "1e3", "2.50 ", " 2.50", "$$2", "2$", "0x1", "٢", "2.५", "NaN", "+1",
  ])
  func whatIsNoAmountIsRefusedWithHowToWriteIt(_ text: String) {
    #expect(refusal(text) == "must be dollars as in 2.50, $15 or 0.075: digits and at most one point")
  }

  @Test func amountsThatCannotBeKeptAreRefusedForWhatTheyAre() {
    #expect(refusal("-2.50") == "must not be negative")
    #expect(refusal("$-2.50") == "must not be negative")
    #expect(refusal("0.0000000001") == "is finer than a billionth of a dollar, which is the smallest amount counted")
    #expect(refusal("9223372037") == "is more than 9 billion dollars")
    #expect(refusal(String(repeating: "9", count: 5000)) == "is more than 9 billion dollars")
  }

  @Test(arguments: [
    (0, "$0.00"), (2_500_000_000, "$2.50"), (1, "$0.000000001"), (75_000_000, "$0.075"), (-1_000_000_000, "-$1.00"),
    (Int64.max, "$9223372036.854775807"), (Int64.min, "-$9223372036.854775808"),
  ])
  func amountsAreWrittenExactly(_ value: Int64, _ text: String) {
    #expect(NanoDollars(value).description == text)
  }

  @Test func whatIsWrittenReadsBackAsTheSame() throws {
    var generator = Seeded(7)
    for _ in 0..<1000 {
      let amount = NanoDollars(Int64.random(in: 0..<Int64.max, using: &generator) >> Int64.random(in: 0...62))
      #expect(try NanoDollars(parsing: amount.decimal) == amount)
      #expect(try NanoDollars(parsing: amount.description) == amount)
    }
  }

  @Test func sumsNeverWrap() {
    let most = NanoDollars(.max)
    let least = NanoDollars(.min)
    #expect(most + NanoDollars(1) == most)
    #expect(least - NanoDollars(1) == least)
    #expect(most - least == most)
    #expect(NanoDollars(-5) - least == NanoDollars(.max - 4))
    #expect(most * 2 == most)
    #expect(NanoDollars(3) - NanoDollars(5) == NanoDollars(-2))
  }
}
