// TokenPrice: what tokens cost, exactly, and the one place where a cost is rounded.

/// The price of a token. Providers publish dollars per million tokens with a few decimals, so the unit is billionths of a
/// dollar per million tokens, which is femto-dollars (10^-15) per token: every published price is a whole number of it.
public struct TokenPrice: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// From zero to `perMillionMax`.
  public let perMillion: NanoDollars

  /// A dollar a token. With this limit a sum of costs stays exact for any number of tokens.
  public static let perMillionMax = NanoDollars(1_000_000 * NanoDollars.perDollar)
  public static let free = TokenPrice(unchecked: .zero)

  private init(unchecked perMillion: NanoDollars) { self.perMillion = perMillion }

  /// Throws for a price below zero or above `perMillionMax`.
  public init(perMillion: NanoDollars) throws(MalformedAmount) {
    if perMillion < .zero { throw MalformedAmount(reason: "must not be negative") }
    if perMillion > Self.perMillionMax {
      throw MalformedAmount(reason: "is more than $1000000 per million tokens; prices are per million, not per token")
    }
    self.perMillion = perMillion
  }

  /// Throws for what is no amount of dollars, or no price of a token.
  ///
  /// - Parameter text: dollars per million tokens: `2.50`, `$15`, `0.075`.
  public init(parsing text: some StringProtocol) throws(MalformedAmount) {
    try self.init(perMillion: NanoDollars(parsing: text))
  }

  @inlinable public static func < (left: Self, right: Self) -> Bool { left.perMillion < right.perMillion }
  /// Dollars per million tokens: `2.50`.
  public var description: String { perMillion.decimal }
}

/// What tokens cost together, exact until it is asked for as money. Rounding each part would charge a nano-dollar too much
/// for every class of tokens; rounding down would let spending creep past a limit.
public struct Cost: Hashable, Comparable, Sendable {
  /// A token's price has at most 50 bits and a count of tokens 63, so thousands of such products fit.
  private var femtoDollars: Int128

  public static let zero = Cost(femtoDollars: 0)
  private init(femtoDollars: Int128) { self.femtoDollars = femtoDollars }

  /// - Parameter tokens: fewer than none count as none.
  public init(_ tokens: TokenCount, at price: TokenPrice) {
    femtoDollars = Int128(max(0, tokens.value)) * Int128(price.perMillion.value)
  }

  public static func + (left: Self, right: Self) -> Self { Self(femtoDollars: left.femtoDollars + right.femtoDollars) }
  public static func < (left: Self, right: Self) -> Bool { left.femtoDollars < right.femtoDollars }

  private static let femtoPerNano: Int128 = 1_000_000

  /// Rounded up to a nano-dollar; the most that NanoDollars hold where it is more, which only absurd counts of tokens reach.
  public var amount: NanoDollars {
    NanoDollars(Int64(clamping: (femtoDollars + Self.femtoPerNano - 1) / Self.femtoPerNano))
  }
}

/// The most a call can cost, as a straight line over the tokens it may use: what a reservation holds, and what a call is
/// fitted to.
public struct WorstPrice: Hashable, Sendable {
  public var perInputToken: TokenPrice
  public var perOutputToken: TokenPrice

  public init(perInputToken: TokenPrice, perOutputToken: TokenPrice) {
    self.perInputToken = perInputToken
    self.perOutputToken = perOutputToken
  }

  public func cost(input: TokenCount, output: TokenCount) -> Cost {
    Cost(input, at: perInputToken) + Cost(output, at: perOutputToken)
  }

  /// How many output tokens `money` pays for once the input is paid: the most for which `cost` is no more than `money`.
  /// Zero when it does not even pay the input; TokenCount's limit when output costs nothing.
  public func outputTokens(paidBy money: NanoDollars, input: TokenCount) -> TokenCount {
    let left =
      Int128(money.value) * 1_000_000 - Int128(max(0, input.value)) * Int128(perInputToken.perMillion.value)
    if left < 0 { return .zero }
    let price = Int128(perOutputToken.perMillion.value)
    return TokenCount(price == 0 ? .max : Int64(clamping: left / price))
  }
}
