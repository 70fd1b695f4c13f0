// BudgetLimit+Text: `50000 tokens/hour` and `$100/day`, taken apart.

extension Policy.BudgetLimit {
  /// `NUMBER[k|M|G] [KIND] tokens/PERIOD`, `NUMBER[k|M|G] requests/PERIOD` or `$AMOUNT[k|M]/PERIOD`.
  static func parse(_ text: String) throws(Malformed) -> (amount: Int64, meter: Meter, period: Period) {
    let sides = text.parts(between: "/", keepingEmpty: true)
    guard sides.count == 2 else { throw malformed(text) }
    var words = sides[0].parts(between: " ")
    guard let number = words.first else { throw malformed(text) }
    words.removeFirst()
    if number.utf8.first == UInt8(ascii: "$") {
      guard words.isEmpty else {
        throw Malformed("counts dollars, so no unit stands before the slash; it is \(quoted(text))")
      }
      return (try dollars(number.dropFirst(), in: text), .usd, try Period(parsing: sides[1]))
    }
    let amount = try amount(number, in: text)
    guard let meter = meter(words) else {
      throw Malformed("must count \(countable), and is \(quoted(text))")
    }
    return (amount, meter, try Period(parsing: sides[1]))
  }

  /// The units as a limit spells them.
  private static let countable =
    "tokens, input tokens, cached input tokens, cache creation input tokens, output tokens, reasoning tokens, "
    + "total tokens or requests"

  private static func meter(_ words: [String]) -> Meter? {
    switch words.count == 1 ? words[0] : words.joined(separator: " ") {
    case "tokens", "token", "total tokens": .totalTokens
    case "input tokens": .inputTokens
    case "cached input tokens": .cachedInputTokens
    case "cache creation input tokens": .cacheCreationInputTokens
    case "output tokens": .outputTokens
    case "reasoning tokens": .reasoningTokens
    case "requests", "request": .requests
    default: nil
    }
  }

  private static let units: KeyValuePairs<String, Int64> = ["": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000]

  /// `10`, `10k`, `10M`, `10G`: thousands, millions, thousands of millions.
  private static func amount(_ text: String, in whole: String) throws(Malformed) -> Int64 {
    if text.utf8.first == UInt8(ascii: "-") { throw Malformed("must be at least 1, and is \(quoted(whole))") }
    guard let parts = Amount(text) else { throw malformed(whole) }
    if parts.unit.utf8.first == UInt8(ascii: ".") {
      throw Malformed("must be a whole number: write 1500k for 1.5M; it is \(quoted(whole))")
    }
    guard units.contains(where: { $0.key == parts.unit }) else {
      throw Malformed("must have a plain number, or one with k, M or G right after it, and is \(quoted(whole))")
    }
    guard let amount = parts.multiplied(by: units), amount <= amountMax else {
      throw Malformed("is more than \(amountMax), which is no limit; leave the budget out, or write less")
    }
    if amount == 0 { throw Malformed("must be at least 1, and is \(quoted(whole))") }
    return amount
  }

  /// `100`, `0.50`, `1.5k`, in nano-dollars.
  private static func dollars(_ text: some StringProtocol, in whole: String) throws(Malformed) -> Int64 {
    if text.utf8.first == UInt8(ascii: "-") { throw Malformed("must be more than nothing, and is \(quoted(whole))") }
    let units: KeyValuePairs<String, Int64> = ["k": 1_000, "M": 1_000_000]
    let unit = units.first { text.hasSuffix($0.key) }
    guard let decimal = Decimal(text.dropLast(unit == nil ? 0 : 1)) else {
      throw Malformed("must be dollars such as $100/day, $0.50/minute or $1.5k/month, and is \(quoted(whole))")
    }
    guard let nanoDollars = decimal.scaled(by: 1_000_000_000 * (unit?.value ?? 1)) else {
      throw Malformed("counts billionths of a dollar and can be no finer; it is \(quoted(whole))")
    }
    if nanoDollars > nanoDollarsMax {
      throw Malformed("is more than $100M, which is no limit; leave the budget out, or write less")
    }
    if nanoDollars == 0 { throw Malformed("must be more than nothing, and is \(quoted(whole))") }
    return nanoDollars
  }

  /// `amount` or `burst`, a number or a text such as `20k`, in what `meter` counts.
  static func amount(_ place: Place, of meter: Meter, _ diagnostics: inout Diagnostics) -> Int64? {
    switch place.node.value {
    case .number(let text), .string(let text):
      do {
        if meter == .usd { return try dollars(text.dropFirst(text.hasPrefix("$") ? 1 : 0), in: text) }
        return try amount(text, in: text)
      } catch {
        place.report(error.reason, &diagnostics)
      }
    case .bool, .null, .sequence, .mapping:
      place.report("must be a number such as 20000 or 20k, and is \(place.node.kind)", &diagnostics)
    }
    return nil
  }

  private static func malformed(_ text: String) -> Malformed {
    Malformed("must be like 50000 tokens/hour, $100/day or 60 requests/minute, and is \(quoted(text))")
  }
}

extension Policy.BudgetLimit.Period {
  private static let durationMs: ClosedRange<Int64> = 60_000...366 * 86_400_000

  /// `hour`, or a duration such as `12h`.
  init(parsing text: String) throws(Malformed) {
    let words = text.parts(between: " ")
    let word = words.count == 1 ? words[0] : words.joined(separator: " ")
    if let period = Self.words.first(where: { $0.description == word }) {
      self = period
      return
    }
    if let milliseconds = DurationText.milliseconds(word) {
      guard Self.durationMs.contains(milliseconds) else {
        throw Malformed("has a period of \(quoted(word)); write one of 1m to 366d")
      }
      self = .duration(milliseconds: milliseconds)
      return
    }
    let known = Self.words.map(\.description)
    let otherwise = "it may be \(known.joined(separator: ", ")) or a duration such as 12h"
    throw Malformed(
      "has an unknown period, \(quoted(word)); \(suggestion(for: word, among: known, otherwise: otherwise))")
  }
}
