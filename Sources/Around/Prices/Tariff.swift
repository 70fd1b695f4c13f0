// Tariff: what a model charges for each class of tokens, and what a call costs by it.

import Exchange

/// Prices by class of tokens. A class the provider states no price for costs what its fallback does; output without a
/// price is free, as that of an embedding.
public struct Rates: Hashable, Sendable {
  /// As the provider publishes them.
  public let stated: ByClass<TokenPrice?>
  private let charged: ByClass<TokenPrice>

  public init(_ stated: ByClass<TokenPrice?>) {
    self.stated = stated
    var charged = ByClass(repeating: TokenPrice.free)
    // A fallback stands before the classes that fall back on it.
    for kind in TokenClass.allCases { charged[kind] = stated[kind] ?? kind.fallback.map { charged[$0] } ?? .free }
    self.charged = charged
  }

  public subscript(of: TokenClass) -> TokenPrice { charged[of] }

  func cost(of tokens: ByClass<TokenCount>) -> Cost {
    Cost(tokens[.input], at: charged[.input]) + Cost(tokens[.cachedInput], at: charged[.cachedInput])
      + Cost(tokens[.cacheWrite], at: charged[.cacheWrite])
      + Cost(tokens[.longCacheWrite], at: charged[.longCacheWrite])
      + Cost(tokens[.audioInput], at: charged[.audioInput]) + Cost(tokens[.output], at: charged[.output])
      + Cost(tokens[.audioOutput], at: charged[.audioOutput])
  }

  fileprivate func worst(holding content: DearerContent) -> WorstPrice {
    var input = max(charged[.input], charged[.cachedInput], charged[.cacheWrite])
    var output = charged[.output]
    if content.contains(.longCacheWrite) { input = max(input, charged[.longCacheWrite]) }
    if content.contains(.audio) {
      input = max(input, charged[.audioInput])
      output = max(output, charged[.audioOutput])
    }
    return WorstPrice(perInputToken: input, perOutputToken: output)
  }
}

/// What a request may hold that costs more than text does; whoever read the request knows.
public struct DearerContent: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Sound in the request, or asked for in the reply.
  public static let audio = Self(rawValue: 1)
  /// Cache entries with a longer life than usual: `"ttl": "1h"`.
  public static let longCacheWrite = Self(rawValue: 2)
}

/// All a model charges. Some charge more for all of a call whose input is above a size, some in several steps.
public struct Tariff: Hashable, Sendable {
  public struct Tier: Hashable, Sendable {
    /// The tier counts from one input token more than this.
    public let above: TokenCount
    public let rates: Rates

    public init(above: TokenCount, rates: Rates) {
      self.above = above
      self.rates = rates
    }
  }

  /// For calls that reach no tier.
  public let rates: Rates
  /// Ascending.
  public let tiers: [Tier]

  public init(rates: Rates, tiers: [Tier] = []) {
    self.rates = rates
    self.tiers = tiers.sorted { $0.above < $1.above }
  }

  /// The rates of a call with that much input, tokens of every class together.
  public func rates(forInput input: TokenCount) -> Rates { tiers.last { $0.above < input }?.rates ?? rates }

  /// What a call has cost, exactly.
  public func cost(of usage: Usage) -> Cost {
    let tokens = ByClass(usage)
    return rates(forInput: tokens.allInput).cost(of: tokens)
  }

  /// The most a call can cost per token, whatever part of its input turns out to be new, cached or kept, as long as its
  /// input is no more than `input`.
  public func worst(input: TokenCount, holding content: DearerContent) -> WorstPrice {
    var worst = rates.worst(holding: content)
    for tier in tiers where tier.above < input {
      let reached = tier.rates.worst(holding: content)
      worst.perInputToken = max(worst.perInputToken, reached.perInputToken)
      worst.perOutputToken = max(worst.perOutputToken, reached.perOutputToken)
    }
    return worst
  }
}
