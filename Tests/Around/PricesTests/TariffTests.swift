import Exchange
import Prices
import TestSupport
import Testing

@Suite struct TariffTests {
  private func tariff(_ line: String) -> Tariff { try! Tariff(parsing: line) }

  private func cost(_ line: String, _ usage: Usage) -> Int64 { tariff(line).cost(of: usage).amount.value }

  private func usage(_ input: Int, _ output: Int, cached: Int? = nil, written: Int? = nil) -> Usage {
    Usage(
      input: TokenCount(input), output: TokenCount(output), cachedInput: cached.map { TokenCount($0) },
      cacheCreationInput: written.map { TokenCount($0) })
  }

  /// Sums done by hand, in nano-dollars: tokens times dollars per million, times a thousand.
  @Test func knownCallsCostWhatTheyCost() {
    // gpt-4o: 100 * 2500 + 900 * 1250 + 50 * 10000.
    #expect(
      cost("input=2.5 cachedInput=1.25 output=10", usage(1000, 50, cached: 900)) == 250_000 + 1_125_000 + 500_000)
    // Claude: 21 * 3000 + 188086 * 3750 + 393 * 15000.
    #expect(
      cost("input=3 cachedInput=0.3 cacheWrite=3.75 output=15", usage(188_107, 393, cached: 0, written: 188_086))
        == 63_000 + 705_322_500 + 5_895_000)
    // An embedding: 1 * 20; and a price of half a nano-dollar a token is rounded up once.
    #expect(cost("input=0.02", usage(1, 0)) == 20)
    #expect(cost("input=0.0375 output=0.15", usage(1, 1)) == 188)
    #expect(cost("input=0 output=0", usage(1000, 1000)) == 0)
  }

  @Test func aClassWithoutAPriceCostsWhatItWouldCostOtherwise() {
    let rates = tariff("input=2 output=8").rates
    #expect(rates[.cachedInput] == rates[.input])
    #expect(rates[.longCacheWrite] == rates[.input])
    #expect(rates[.audioOutput] == rates[.output])
    #expect(tariff("input=3 cacheWrite=3.75").rates[.longCacheWrite].description == "3.75")
    #expect(tariff("input=3").rates[.output] == .free)
  }

  @Test func aTierCountsFromOneTokenMoreAndForAllOfTheCall() {
    let line = "input=1.25 cachedInput=0.125 output=10 above=200000 input=2.5 cachedInput=0.25 output=15"
    #expect(cost(line, usage(200_000, 10)) == 200_000 * 1250 + 10 * 10_000)
    #expect(cost(line, usage(200_001, 10)) == 200_001 * 2500 + 10 * 15_000)
    // What was cached counts towards the size.
    #expect(cost(line, usage(200_001, 0, cached: 200_000)) == 200_000 * 250 + 2500)
    let steps = tariff("input=1 above=10 input=2 above=20 input=3")
    #expect(
      [10, 11, 20, 21].map { steps.rates(forInput: TokenCount($0))[.input].description } == [
        "1.00", "2.00", "2.00", "3.00",
      ])
  }

  @Test func theWholeIsTheSumOfItsClasses() {
    var generator = Seeded(3)
    let prices = tariff("input=2.5 cachedInput=0.037 cacheWrite=3.1250001 longCacheWrite=5 audioInput=40 output=10")
    for _ in 0..<500 {
      var usage = self.usage(
        .random(in: 0...100_000, using: &generator), .random(in: 0...10_000, using: &generator), cached: 77,
        written: 1234)
      usage.longCacheCreationInput = TokenCount(234)
      usage.audioInput = TokenCount(5)
      let tokens = ByClass(usage)
      let sum = TokenClass.allCases.reduce(Cost.zero) { $0 + Cost(tokens[$1], at: prices.rates[$1]) }
      #expect(prices.cost(of: usage) == sum)
    }
  }

  @Test func moreTokensNeverCostLess() {
    let prices = tariff("input=1.25 output=10 above=200000 input=2.5 output=15")
    var last = Cost.zero
    for input in stride(from: 0, to: 400_000, by: 9_999) {
      let cost = prices.cost(of: usage(input, 100))
      #expect(cost >= last)
      #expect(prices.cost(of: usage(input, 101)) > cost)
      last = cost
    }
  }

  @Test func noCallWithinItsBoundsCostsMoreThanTheWorst() {
    var generator = Seeded(5)
    let tariffs = [
      "input=3 cachedInput=0.3 cacheWrite=3.75 longCacheWrite=6 output=15 above=200000 input=6 cacheWrite=7.5 output=22.5",
      "input=2.5 audioInput=40 output=10 audioOutput=80", "input=0.02", "input=0.28 cachedInput=0.6 output=0.42",
    ].map(tariff)
    for prices in tariffs {
      for _ in 0..<500 {
        let bound = Int.random(in: 0...400_000, using: &generator)
        let outputBound = Int.random(in: 0...64_000, using: &generator)
        let input = Int.random(in: 0...bound, using: &generator)
        let cached = Int.random(in: 0...input, using: &generator)
        var usage = self.usage(
          input, .random(in: 0...outputBound, using: &generator), cached: cached,
          written: .random(in: 0...(input - cached), using: &generator))
        let worst = prices.worst(input: TokenCount(bound), holding: [])
        #expect(
          prices.cost(of: usage) <= worst.cost(input: TokenCount(bound), output: TokenCount(outputBound)))
        usage.longCacheCreationInput = usage.cacheCreationInput
        usage.audioInput = TokenCount(input / 2)
        usage.audioOutput = usage.output
        let dearer = prices.worst(input: TokenCount(bound), holding: [.audio, .longCacheWrite])
        #expect(
          prices.cost(of: usage) <= dearer.cost(input: TokenCount(bound), output: TokenCount(outputBound)))
      }
    }
  }

  @Test func theWorstPriceIsNoWorseThanItMustBe() {
    let prices = tariff(
      "input=3 cachedInput=0.3 cacheWrite=3.75 longCacheWrite=6 audioInput=9 output=15 audioOutput=30 "
        + "above=200000 input=6 output=22.5")
    func worst(_ input: Int, _ content: DearerContent) -> String {
      let worst = prices.worst(input: TokenCount(input), holding: content)
      return "\(worst.perInputToken) \(worst.perOutputToken)"
    }
    #expect(worst(200_000, []) == "3.75 15.00")
    #expect(worst(200_001, []) == "6.00 22.50")
    #expect(worst(10, .longCacheWrite) == "6.00 15.00")
    #expect(worst(10, .audio) == "9.00 30.00")
  }

  @Test(arguments: [
    "input=2.50 output=15.00", "input=0.13",
    "input=3.00 cachedInput=0.30 cacheWrite=3.75 longCacheWrite=6.00 output=15.00",
    "input=2.50 audioInput=40.00 output=10.00 audioOutput=80.00",
    "input=1.25 output=10.00 above=200000 input=2.50 output=15.00 above=400000 input=5.00 output=30.00",
  ])
  func aTariffIsWrittenAsItIsRead(_ line: String) {
    #expect(tariff(line).description == line)
  }

  @Test(arguments: [
    ("", "a tariff and each of its tiers need a price for input"),
    ("output=3", "a tariff and each of its tiers need a price for input"),
    ("input=1 above=5 output=3", "a tariff and each of its tiers need a price for input"),
    ("input", "input: the price must be dollars as in 2.50, $15 or 0.075: digits and at most one point"),
    ("input=-1", "input=-1: the price must not be negative"),
    ("input=1 input=2", "input=2: the class has a price already"),
    ("input=1 inptu=2", "inptu=2: no class of tokens has that name"),
    ("input=1 above=0 input=2", "above=0: must be a count of tokens"),
    ("input=1 above=9 input=2 above=9 input=3", "above=9: tiers must ascend"),
    (
      "input=2000000",
      "input=2000000: the price is more than $1000000 per million tokens; prices are per million, not per token"
    ),
  ])
  func whatIsNoTariffIsRefused(_ line: String, _ reason: String) {
    #expect(throws: MalformedTariff.self) { try Tariff(parsing: line) }
    do throws(MalformedTariff) { _ = try Tariff(parsing: line) } catch { #expect(error.reason == reason) }
  }
}
