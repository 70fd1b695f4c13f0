// BudgetLimit: `50000 tokens/hour`, taken apart.

import Exchange

extension Policy {
  /// So much of what, in which time, in which shape.
  public struct BudgetLimit: Hashable, Sendable {
    /// Tokens or requests in each period; at least 1.
    public let amount: Int64
    public let meter: Meter
    public let period: Period
    public let shape: Shape

    /// What is counted.
    public enum Meter: String, Hashable, Sendable {
      case inputTokens
      case outputTokens
      case totalTokens
      case requests
    }

    /// A calendar period begins in UTC: on the hour, at midnight, on Monday (ISO 8601), on the first of the month.
    public enum Period: String, CaseIterable, Hashable, Sendable {
      case second
      case minute
      case hour
      case day
      case week
      case month
    }

    public enum Shape: Hashable, Sendable {
      /// Refilled continuously at `amount` per period, holding at most `burst`: seconds and minutes.
      case tokenBucket(burst: Int64)
      /// Full again when the next calendar period begins: hours and longer.
      case calendarWindow
    }
  }
}

extension Policy.BudgetLimit.Period {
  var isCalendar: Bool { self != .second && self != .minute }
}

extension Policy.BudgetLimit {
  /// More than any account will see, and far enough from Int64's end for sums and for nanoseconds per token.
  static let amountMax: Int64 = 1_000_000_000_000_000

  /// `limit` and `burst` of a budget.
  init?(_ fields: Fields, _ diagnostics: inout Diagnostics) {
    let advice = "write how much may be spent, as in limit: 50000 tokens/hour"
    guard let place = fields.required("limit", advice, &diagnostics) else { return nil }
    let burst = fields["burst"].flatMap { Self.burst($0, &diagnostics) }
    guard case .string(let text) = place.node.value else {
      place.report("must be text such as 50000 tokens/hour, and is \(place.node.kind)", &diagnostics)
      return nil
    }
    do {
      try self.init(parsing: text, burst: burst)
    } catch {
      place.report(error.reason, &diagnostics)
      return nil
    }
    if let place = fields["burst"], period.isCalendar {
      place.report("belongs to limits per second or minute; a limit per \(period) may be spent at once", &diagnostics)
    }
  }

  /// `NUMBER[k|M|G] [input|output|total] tokens/PERIOD` or `NUMBER[k|M|G] requests/PERIOD`.
  init(parsing text: String, burst: Int64? = nil) throws(Malformed) {
    if text.utf8.first == UInt8(ascii: "$") {
      throw Malformed("is a dollar budget, which needs prices and is not in this version; limit tokens or requests")
    }
    let sides = text.split(separator: "/", omittingEmptySubsequences: false)
    guard sides.count == 2 else { throw Self.malformed(text) }
    var words = sides[0].split(separator: " ")
    guard let number = words.first else { throw Self.malformed(text) }
    amount = try Self.amount(number, in: text)
    words.removeFirst()
    switch words {
    case ["tokens"], ["token"], ["total", "tokens"]: meter = .totalTokens
    case ["input", "tokens"]: meter = .inputTokens
    case ["output", "tokens"]: meter = .outputTokens
    case ["requests"], ["request"]: meter = .requests
    default:
      throw Malformed(
        "must count tokens, input tokens, output tokens, total tokens or requests, and is \(quoted(text))")
    }
    let word = sides[1].split(separator: " ").joined(separator: " ")
    guard let period = Period(rawValue: word) else {
      let known = Period.allCases.map(\.rawValue)
      let hint = suggestion(for: word, among: known, otherwise: "it may be \(known.joined(separator: ", "))")
      throw Malformed("has an unknown period after /, \(quoted(word)); \(hint)")
    }
    self.period = period
    shape = period.isCalendar ? .calendarWindow : .tokenBucket(burst: burst ?? amount)
  }

  /// `10`, `10k`, `10M`, `10G`: thousands, millions, thousands of millions.
  private static func amount(_ text: Substring, in whole: String) throws(Malformed) -> Int64 {
    if text.utf8.first == UInt8(ascii: "-") { throw Malformed("must be at least 1, and is \(quoted(whole))") }
    guard let parts = Amount(text) else { throw malformed(whole) }
    if parts.unit.utf8.first == UInt8(ascii: ".") {
      throw Malformed("must be a whole number: write 1500k for 1.5M; it is \(quoted(whole))")
    }
    let units: KeyValuePairs<String, Int64> = ["": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000]
    guard units.contains(where: { $0.key == parts.unit }) else {
      throw Malformed("must have a plain number, or one with k, M or G right after it, and is \(quoted(whole))")
    }
    guard let amount = parts.multiplied(by: units), amount <= amountMax else {
      throw Malformed("is more than \(amountMax), which is no limit; leave the budget out, or write less")
    }
    if amount == 0 { throw Malformed("must be at least 1, and is \(quoted(whole))") }
    return amount
  }

  /// `20000` or `20k`, in the unit of the limit.
  private static func burst(_ place: Place, _ diagnostics: inout Diagnostics) -> Int64? {
    switch place.node.value {
    case .number(let text), .string(let text):
      do {
        return try amount(text[...], in: text)
      } catch {
        place.report(error.reason, &diagnostics)
      }
    case .bool, .null, .sequence, .mapping:
      place.report("must be a number such as 20000 or 20k, and is \(place.node.kind)", &diagnostics)
    }
    return nil
  }

  private static func malformed(_ text: String) -> Malformed {
    Malformed("must be like 50000 tokens/hour, 10M input tokens/day or 60 requests/minute, and is \(quoted(text))")
  }
}
