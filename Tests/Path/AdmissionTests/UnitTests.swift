import Exchange
import Meters
import TestSupport
import Testing

@testable import Admission

@Suite struct UnitTests {
  /// $2.50 and $10 per million tokens.
  private let price = WorstPrice(
    perInputToken: try! TokenPrice(parsing: "2.50"), perOutputToken: try! TokenPrice(parsing: "10"))

  private func dollars(_ limit: Int64, enforcement: BudgetRule.Enforcement = .refuse) -> BudgetRule {
    var rule = BudgetRule.window(limit, name: "money", .usd)
    rule.enforcement = enforcement
    return rule
  }

  @Test func dollarsAreHeldAtTheWorstPriceAndSettledAtTheActualOne() throws {
    let house = House([dollars(1_000_000_000)])
    let call = try #require(house.reserve(.tokens(1000, 100, price: price)).call)
    #expect(house.admission.readings(at: house.now)[0].reserved == 1000 * 2500 + 100 * 10_000)
    house.admission.settle(
      call.take(), usage: Usage(input: TokenCount(1000), output: TokenCount(50)), usd: NanoDollars(1_234_567),
      at: house.now)
    #expect(house.used("money") == 1_234_567)
  }

  @Test func callsThatHoldMoreTogetherThanAnInt64HoldNothingOnceTheyHaveEnded() throws {
    var rule = BudgetRule.window(1_000)
    rule.enforcement = .shadow
    let house = House([rule])
    let calls = try (0..<3).map { _ in try #require(house.reserve(.tokens(1, .max)).call) }
    for call in calls {
      house.release(call)
      #expect(house.admission.readings(at: house.now)[0].reserved >= 0)
    }
    #expect(house.admission.readings(at: house.now)[0].reserved == 0)
  }

  @Test func aCostThatNobodyCanTellIsBookedAsReserved() throws {
    let house = House([dollars(1_000_000_000)])
    house.settle(try #require(house.reserve(.tokens(1000, 100, price: price)).call), 1, 1)
    #expect(house.used("money") == 3_500_000)
  }

  @Test func aPriceIsRoundedUpToANanoDollar() throws {
    let odd = WorstPrice(
      perInputToken: try TokenPrice(parsing: "0.0003"), perOutputToken: try TokenPrice(parsing: "0"))
    let house = House([dollars(1_000_000_000)])
    house.settle(try #require(house.reserve(.tokens(1, 100, price: odd)).call), 1, 1)
    #expect(house.used("money") == 1)
  }

  @Test func outputIsFittedToWhatTheDollarsPayFor() throws {
    let house = House([dollars(10_000_000)])
    let call = try #require(house.reserve(.tokens(1000, 64_000, floor: 256, price: price)).call)
    #expect(call.fitted == 750)
    house.release(call)
    let refusal = try #require(house.reserve(.tokens(3000, 64_000, floor: 256, price: price)).refusal)
    #expect(refusal.cause == .tooLarge)
    #expect(
      refusal.message
        == "Budget money allows $0.01 per day: $0.00 used, $0.00 held by open calls, $0.01006 needed for this one. It "
        + "can never fit; send a smaller request or raise the budget.")
  }

  @Test func aModelWithoutAPriceIsRefusedByBudgetsInDollarsOnly() throws {
    let house = House([dollars(1_000_000_000), .window(1_000_000)])
    let refusal = try #require(house.reserve(10, 10).refusal)
    #expect(refusal.cause == .unpriced)
    #expect(refusal.retryAfterMs == nil)
    #expect(
      refusal.message
        == "Budget money allows $1.00 per day, and what this call may cost is not known. Ask for another model, give this one "
        + "a price in the policy, or leave out a dearer service tier.")
    let lenient = House([dollars(1_000_000_000, enforcement: .shadow), .window(1_000_000)])
    lenient.release(try #require(lenient.reserve(10, 10).call))
  }

  @Test func expressionsAreHeldAtTheBoundAndFitted() throws {
    var rule = BudgetRule.window(10_000, name: "units", .cost)
    rule.cost = CostName("input + 3 * output")
    let house = House([rule])
    house.cost = { name, input, output in
      name.text == "input + 3 * output" ? input.value + 3 * output.value : nil
    }
    let call = try #require(house.reserve(.tokens(1000, 64_000, floor: 256)).call)
    #expect(call.fitted == 3000)
    house.admission.settle(
      call.take(), usage: Usage(input: TokenCount(1000), output: TokenCount(10)), at: house.now
    ) { _ in 1030 }
    #expect(house.used("units") == 1030)
    #expect(rule.measure == "cost:input + 3 * output/day")
    house.cost = { _, _, _ in nil }
    #expect(try #require(house.reserve(1, 1).refusal).cause == .unpriced)
  }

  @Test func partsOfTheInputAndOutputAreHeldWholeAndBookedAsReported() throws {
    let house = House([
      .window(10_000, name: "cached", .cachedInputTokens), .window(10_000, name: "written", .cacheCreationInputTokens),
      .window(10_000, name: "thought", .reasoningTokens),
    ])
    let call = try #require(house.reserve(100, 200).call)
    #expect(house.admission.readings(at: house.now).map(\.reserved).sorted() == [100, 100, 200])
    let usage = Usage(
      input: TokenCount(100), output: TokenCount(200), cachedInput: TokenCount(60), reasoning: TokenCount(50))
    house.admission.settle(call.take(), usage: usage, at: house.now)
    #expect(house.used("cached") == 60)
    #expect(house.used("written") == 0)
    #expect(house.used("thought") == 50)
    let cut = try #require(house.reserve(100, 200).call)
    let estimate = Usage(input: TokenCount(100), output: TokenCount(20), basis: .estimated)
    house.admission.settle(cut.take(), usage: estimate, at: house.now)
    #expect(house.used("thought") == 250)
  }

  @Test func aBudgetsOwnFloorReplacesTheCallsFloor() throws {
    var rule = BudgetRule.window(1000)
    rule.outputFloor = TokenCount(600)
    let house = House([rule])
    house.settle(try #require(house.reserve(0, 500).call), 0, 500)
    #expect(house.reserve(0, 64_000, floor: 256).refusal != nil)
    house.release(try #require(house.reserve(0, 400, floor: 256).call))
    rule.outputFloor = TokenCount(16)
    house.admission.replace(rules: [rule], at: house.now)
    let rest = try #require(house.reserve(0, 450).call)
    let fitted = try #require(house.reserve(0, 64_000, floor: 256).call)
    #expect(fitted.output == 25)
    house.release(fitted)
    house.release(rest)
  }

  @Test func absurdReportsAreBookedWithinTheirTypeAndDisputed() throws {
    let absurd: [Usage] = [
      Usage(input: TokenCount(-5 as Int64), output: TokenCount(7)),
      Usage(input: TokenCount(1_000_000_000_000_000_000 as Int64), output: TokenCount(7)),
      Usage(input: TokenCount(10), output: TokenCount(7), reportedTotal: TokenCount(3)),
      Usage(input: TokenCount(10), output: TokenCount(7), cachedInput: TokenCount(11)),
      Usage(input: TokenCount(Int64.max), output: TokenCount(Int64.max), reportedTotal: TokenCount(Int64.min)),
    ]
    for usage in absurd {
      let house = House([.window(1000), dollars(1_000_000_000), .bucket(1000, burst: 1000)])
      let call = try #require(house.reserve(.tokens(10, 10, price: price)).call)
      let settlement = house.admission.settle(
        call.take(), usage: usage, usd: NanoDollars(usage.input?.value ?? 0), at: house.now)
      #expect(settlement.isDisputed)
      #expect(house.used("cap") >= 0)
      #expect(house.used("money") >= 0)
    }
    #expect(!Usage(input: TokenCount(10), output: TokenCount(7), reportedTotal: TokenCount(17)).isDisputed)
    #expect(
      !Usage(
        input: TokenCount(10), output: TokenCount(7), reportedTotal: TokenCount(20), reasoning: TokenCount(3)
      ).isDisputed)
  }

  @Test func aCallThatCostMoreThanItHeldIsTold() throws {
    let house = House([.window(1000), .window(10, name: "calls", .requests)])
    let call = try #require(house.reserve(10, 10).call)
    let settlement = house.admission.settle(
      call.take(), usage: Usage(input: TokenCount(10), output: TokenCount(90)), at: house.now)
    #expect(settlement == Settlement(isDisputed: false, overdrawn: [BudgetName("cap")]))
  }

  @Test func thirtyTwoAgentsThatAskForFarTooMuchUseTheirDollarAndNoMore() throws {
    let house = House([dollars(NanoDollars.perDollar)])
    var random = Seeded(3)
    var open: [Call] = []
    var billed: Int64 = 0
    var isFull = false
    for _ in 0..<6000 {
      if open.count < 32 {
        switch house.reserve(.tokens(2000, 64_000, floor: 256, price: price)) {
        case .admitted(let call): open.append(call)
        case .refused:
          isFull = true
        case .needsLease, .needsMarks, .waits, .other: Issue.record("one budget of the own ledger")
        }
      }
      guard open.count == 32 || isFull, let index = open.indices.randomElement(using: &random) else {
        continue
      }
      let call = open.remove(at: index)
      let output = Int64.random(in: 0...min(call.output, 2500), using: &random)
      let cost = price.cost(input: TokenCount(call.input), output: TokenCount(output)).amount
      billed += cost.value
      house.admission.settle(
        call.take(), usage: Usage(input: TokenCount(call.input), output: TokenCount(output)), usd: cost, at: house.now)
    }
    for call in open { house.release(call) }
    #expect(billed <= NanoDollars.perDollar)
    #expect(billed >= NanoDollars.perDollar / 100 * 95)
  }

  @Test func streamsThatGrowUseNearlyAllOfACapBeforeTheFirstRefusal() throws {
    let house = House([dollars(20 * NanoDollars.perDollar)])
    var random = Seeded(4)
    var open: [(call: Call, input: Int64, left: Int64)] = []
    var billed: Int64 = 0
    while true {
      if open.count < 32 {
        guard let call = house.reserve(.tokens(1000, 1024, price: price)).call else { break }
        open.append((call, 1000, Int64.random(in: 100...4000, using: &random)))
        continue
      }
      let index = open.indices.randomElement(using: &random)!
      var stream = open[index]
      if stream.left > stream.call.held {
        let grown = house.grow(stream.call, by: 512)
        house.tick()
        if grown > 0 { continue }
        stream.left = stream.call.held
      }
      open.remove(at: index)
      let cost = price.cost(input: TokenCount(stream.input), output: TokenCount(stream.left)).amount
      billed += cost.value
      house.admission.settle(
        stream.call.take(), usage: Usage(input: TokenCount(stream.input), output: TokenCount(stream.left)), usd: cost,
        at: house.now)
    }
    let held = open.reduce(Int64(0)) { $0 + price.cost(input: TokenCount($1.input), output: .zero).amount.value }
    #expect(billed + held <= 20 * NanoDollars.perDollar)
    #expect(billed >= 20 * NanoDollars.perDollar / 100 * 95)
  }
}
