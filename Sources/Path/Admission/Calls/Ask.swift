// Ask: what a call may cost at most, in every unit a budget may count.
import Exchange
import Meters

/// The worst this call can cost, before it is sent.
public struct Ask: Sendable {
  /// The least output a call is fitted to, unless the policy says otherwise.
  public static let outputFloor = TokenCount(256)

  /// No fewer tokens than the provider will count for the request.
  public var input: TokenCount
  /// The most tokens the reply can have: max tokens, times the number of choices asked for.
  public var output: TokenCount
  /// Fewer output tokens will do, down to this many (for all choices together); nil: all or nothing.
  public var outputFloor: TokenCount?
  /// What tokens cost at the most; nil where no price is known. Then budgets in dollars refuse the call.
  public var price: WorstPrice?
  /// What the call costs whatever tokens it takes; nil: as much as its tokens do.
  public var charge: NanoDollars?

  public init(
    input: TokenCount, output: TokenCount, outputFloor: TokenCount? = Ask.outputFloor,
    price: WorstPrice? = nil
  ) {
    self.input = TokenCount(max(0, input.value))
    self.output = TokenCount(max(0, output.value))
    self.outputFloor = outputFloor
    self.price = price
  }

  /// What a call with these tokens costs in the budgets' own units, at the least and at the most: as many input tokens
  /// as can be, all of the class in question, and any number of output tokens up to the bound. An expression is
  /// evaluated at those bounds: one that falls when tokens rise is not bounded by it. nil where it has no value.
  public typealias CostBound = (CostName, _ input: TokenCount, _ output: TokenCount) -> Int64?
}

/// An ask at one number of output tokens, in the units that do not depend on the budget.
struct Bound {
  let input: Int64
  let output: Int64
  /// nil: no price is known.
  private let usd: Int64?

  init(_ ask: Ask, output: Int64, countsMoney: Bool) {
    self.init(input: ask.input, output: output, price: countsMoney ? ask.price : nil, charge: ask.charge)
  }

  init(input: TokenCount, output: Int64, price: WorstPrice?, charge: NanoDollars? = nil) {
    self.input = input.value
    self.output = output
    usd = charge?.value ?? price.map { $0.cost(input: input, output: TokenCount(output)).amount.value }
  }

  /// nil: it cannot be told. A part of the input or the output may be all of it.
  @inline(__always)
  func units(of unit: BudgetRule.Unit) -> Int64? {
    switch unit {
    case .totalTokens: saturatingSum(input, output)
    case .inputTokens, .cachedInputTokens, .cacheCreationInputTokens: input
    case .outputTokens, .reasoningTokens: output
    case .requests: 1
    case .usd: usd
    case .cost: nil
    }
  }
}
