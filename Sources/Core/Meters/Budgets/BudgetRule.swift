// BudgetRule: one entry of `budgets` in the policy (a quota), as those who count understand it.
import Exchange

/// A limit on what calls may spend.
public struct BudgetRule: Hashable, Sendable {
  /// What is counted.
  public enum Unit: String, CaseIterable, Hashable, Sendable {
    case totalTokens
    case inputTokens
    /// Input read from the provider's cache.
    case cachedInputTokens
    /// Input written to the provider's cache.
    case cacheCreationInputTokens
    case outputTokens
    case reasoningTokens
    case requests
    /// Money, in nano-dollars.
    case usd
    /// What `cost` makes of a call: weights, or an expression.
    case cost
  }

  /// Over which time the limit holds.
  public enum Shape: Hashable, Sendable {
    /// `limit` units flow back per period, continuously; at most `burst` can be spent at once.
    case tokenBucket(Period, burst: Int64)
    /// `limit` units per window; nothing flows back before its end.
    case calendarWindow(CalendarWindow)
  }

  public enum Period: String, CaseIterable, Hashable, Sendable {
    case second
    case minute
    case hour

    public var milliseconds: Int64 {
      switch self {
      case .second: 1000
      case .minute: 60_000
      case .hour: 3_600_000
      }
    }
  }

  /// What happens to a call for which there is no room.
  public enum Enforcement: Hashable, Sendable {
    case refuse
    /// It waits in order of arrival, at most this long.
    case queue(maxWaitMs: Int64)
    /// It passes, and is told as one that would have been refused.
    case shadow
    /// There is always room: the budget only keeps count.
    case unlimited
  }

  public var name: BudgetName
  public var unit: Unit
  /// Which cost is counted, for the unit `cost`.
  public var cost: CostName?
  /// Units per period or window. The policy refuses limits below 1; a meter of such a rule admits nothing.
  public var limit: Int64
  public var shape: Shape
  /// One meter per distinct values of these. A call that lacks one counts under the empty value: it is not exempt.
  public var per: [Dimension]
  /// The budget applies to calls that agree with all of these; a call that lacks one does not agree.
  public var match: [Selector]
  public var enforcement = Enforcement.refuse
  /// What a window spent beyond its limit is taken from the next.
  public var carriesDebt = false
  /// The least output a call is fitted to; nil leaves it to the call.
  public var outputFloor: TokenCount?

  public init(
    name: BudgetName, unit: Unit, cost: CostName? = nil, limit: Int64, shape: Shape, per: [Dimension] = [],
    match: [Selector] = []
  ) {
    self.name = name
    self.unit = unit
    self.cost = cost
    self.limit = limit
    self.shape = shape
    self.per = per
    self.match = match
  }

  /// Two rules of one name and one measure count on the same meters, whatever their limits are.
  public var measure: String {
    var measure = unit.rawValue
    if let cost { measure += ":" + MeterKey.shortened(cost.text) }
    switch shape {
    case .tokenBucket: measure += "/bucket"
    case .calendarWindow(let window): measure += "/" + window.span.name
    }
    for dimension in per { measure += "/" + dimension.description }
    return measure
  }
}

/// What a call counts on a budget of the unit `cost`: the text of an expression or of weights. Whoever asks for a
/// reservation evaluates it.
public struct CostName: Hashable, Sendable, CustomStringConvertible {
  public let text: String
  @inlinable public init(_ text: String) { self.text = text }
  @inlinable public var description: String { text }
}
