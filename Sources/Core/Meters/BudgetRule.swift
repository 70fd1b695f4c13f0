// BudgetRule: one entry of `budgets` in the policy, as those who count understand it.
import Exchange

/// A limit on what calls may spend.
public struct BudgetRule: Hashable, Sendable {
  /// What is counted.
  public enum Unit: String, CaseIterable, Hashable, Sendable {
    case totalTokens
    case inputTokens
    case outputTokens
    case requests
  }

  /// What splits a budget (`per`) or decides whether it applies (`match`).
  public enum Dimension: Hashable, Sendable, CustomStringConvertible {
    /// The model the agent asked for.
    case model
    /// A request header, its name in lower case.
    case header(String)

    public var description: String {
      switch self {
      case .model: "model"
      case .header(let name): "header:" + name
      }
    }
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

    public var milliseconds: Int64 {
      switch self {
      case .second: 1000
      case .minute: 60_000
      }
    }
  }

  /// A dimension and its value: a condition of `match`, or a part of the scope a refusal names.
  public struct Selector: Hashable, Sendable {
    public var dimension: Dimension
    /// The whole value, or how it begins where `isPrefix`.
    public var value: String
    public var isPrefix: Bool

    public init(_ dimension: Dimension, _ value: String, isPrefix: Bool = false) {
      self.dimension = dimension
      self.value = value
      self.isPrefix = isPrefix
    }

    /// `gpt-4o`, or `gpt-*` where it is a beginning.
    public var text: String { isPrefix ? value + "*" : value }

    /// One value, the same for all calls it matches.
    public var isExact: Bool { !isPrefix }

    public func matches(_ value: String?) -> Bool {
      guard isPrefix else { return value == self.value }
      return value?.utf8.starts(with: self.value.utf8) ?? false
    }
  }

  public var name: BudgetName
  public var unit: Unit
  /// Units per period or window. The policy refuses limits below 1; a meter of such a rule admits nothing.
  public var limit: Int64
  public var shape: Shape
  /// One meter per distinct values of these. A call that lacks one counts under the empty value: it is not exempt.
  public var per: [Dimension]
  /// The budget applies to calls that agree with all of these; a call that lacks one does not agree.
  public var match: [Selector]

  public init(
    name: BudgetName, unit: Unit, limit: Int64, shape: Shape, per: [Dimension] = [], match: [Selector] = []
  ) {
    self.name = name
    self.unit = unit
    self.limit = limit
    self.shape = shape
    self.per = per
    self.match = match
  }

  /// Two rules of one name and one measure count on the same meters, whatever their limits are.
  public var measure: String {
    let kind =
      switch shape {
      case .tokenBucket: "bucket"
      case .calendarWindow(let window): window.span.rawValue
      }
    return ([unit.rawValue, kind] + per.map(\.description)).joined(separator: "/")
  }
}
