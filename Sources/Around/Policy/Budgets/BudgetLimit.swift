// BudgetLimit: so much of what, in which time.

import Exchange

extension Policy {
  /// `limit` of a budget, with its `burst`.
  public struct BudgetLimit: Hashable, Sendable {
    /// What may be spent in each period, in whole numbers of what `meter` counts, nano-dollars for money; at least 1.
    public let amount: Int64
    public let meter: Meter
    public let period: Period
    public let shape: Shape

    /// What is counted.
    public enum Meter: Hashable, Sendable {
      case inputTokens
      case cachedInputTokens
      case cacheCreationInputTokens
      case outputTokens
      case reasoningTokens
      case totalTokens
      case requests
      /// Nano-dollars.
      case usd
      /// Tokens of each class by its weight.
      case weighted(Weighting)
      /// What an expression in CEL makes of a call's tokens.
      case expression(String)
    }

    /// A calendar period begins in the budget's time zone: on the hour, at midnight, on Monday (ISO 8601), on the first
    /// of the month.
    public enum Period: Hashable, Sendable, CustomStringConvertible {
      case second
      case minute
      case hour
      case day
      case week
      case month
      /// Periods of this many milliseconds, one after the other since 1970-01-01T00:00 in the budget's time zone.
      case duration(milliseconds: Int64)
    }

    public enum Shape: Hashable, Sendable {
      /// Refilled continuously at `amount` per period, holding at most `burst`: seconds and minutes, and hours with a
      /// `burst`.
      case tokenBucket(burst: Int64)
      /// Full again when the next period begins: hours and longer.
      case fixedWindow
    }
  }
}

extension Policy.BudgetLimit {
  /// More than any account will see, and far enough from Int64's end for sums and for nanoseconds per token.
  static let amountMax: Int64 = 1_000_000_000_000_000
  /// A hundred million dollars.
  static let nanoDollarsMax: Int64 = 100_000_000 * 1_000_000_000

  /// What a full account holds.
  var mostAtOnce: Int64 {
    switch shape {
    case .tokenBucket(let burst): burst
    case .fixedWindow: amount
    }
  }

  /// What is counted where nothing is limited.
  static let tracking = Self(amount: amountMax, meter: .totalTokens, period: .month, shape: .fixedWindow)

  /// A limit whose shape follows from its period, and for hours from whether there is a burst.
  init(amount: Int64, meter: Meter, period: Period, burst: Int64?) {
    self.amount = amount
    self.meter = meter
    self.period = period
    switch period {
    case .second, .minute: shape = .tokenBucket(burst: burst ?? amount)
    case .hour: shape = burst.map { .tokenBucket(burst: $0) } ?? .fixedWindow
    case .day, .week, .month, .duration: shape = .fixedWindow
    }
  }

  /// `limit` and `burst` of a budget.
  init?(_ fields: Fields, _ declared: Declared, _ diagnostics: inout Diagnostics) {
    let advice = "write how much may be spent, as in limit: 50000 tokens/hour"
    guard let place = fields.required("limit", advice, &diagnostics) else { return nil }
    let amount: Int64
    let meter: Meter
    let period: Period
    switch place.node.value {
    case .string(let text):
      do {
        (amount, meter, period) = try Self.parse(text)
      } catch {
        place.report(error.reason, &diagnostics)
        return nil
      }
    case .mapping:
      guard let parts = Self.parts(place, declared, &diagnostics) else { return nil }
      (amount, meter, period) = parts
    case .number, .bool, .null, .sequence:
      place.report("must be text such as 50000 tokens/hour or $100/day, and is \(place.node.kind)", &diagnostics)
      return nil
    }
    let burst = fields["burst"].flatMap { Self.amount($0, of: meter, &diagnostics) }
    self.init(amount: amount, meter: meter, period: period, burst: burst)
    if let place = fields["burst"], shape == .fixedWindow, burst != nil {
      place.report(
        "belongs to limits per second, minute or hour; a limit per \(period) may be spent at once", &diagnostics)
    }
  }
}

extension Policy.BudgetLimit.Period {
  /// Those that are one word.
  static let words: [Self] = [.second, .minute, .hour, .day, .week, .month]

  /// As a limit spells it after the slash: `day`, `12h`.
  public var description: String {
    switch self {
    case .second: "second"
    case .minute: "minute"
    case .hour: "hour"
    case .day: "day"
    case .week: "week"
    case .month: "month"
    case .duration(let milliseconds): DurationText.spelled(milliseconds)
    }
  }

  /// The shortest it can be: a month of 28 days.
  var leastMs: Int64 {
    switch self {
    case .second: 1_000
    case .minute: 60_000
    case .hour: 3_600_000
    case .day: 86_400_000
    case .week: 7 * 86_400_000
    case .month: 28 * 86_400_000
    case .duration(let milliseconds): milliseconds
    }
  }
}
