// LimitNotation: 50000/hour, 10M/day, $100/month: how much in which time, as the flags of set-budget take it.

/// An amount and a period, in the policy's words.
struct LimitNotation: Hashable {
  /// `50000`, `100k`, `0.50`: as a policy spells it, without a sign of money.
  let amount: String
  /// `hour`, `12h`.
  let period: String

  /// Whole numbers with k, M or G, `1.5M` too where that is whole.
  static func counted(_ text: String) throws(NotationError) -> Self {
    let (amount, period) = try parts(of: text, example: "50k/hour")
    return Self(amount: try wholeAmount(amount, in: text), period: try periodWord(period, in: text))
  }

  /// Dollars with at most nine decimals; a `$` may be written, but a shell has to be kept from reading it.
  static func dollars(_ text: String) throws(NotationError) -> Self {
    let (amount, period) = try parts(of: text, example: "100/day")
    let digits = try dollarAmount(amount, in: text)
    return Self(amount: digits, period: try periodWord(period, in: text))
  }

  /// `20000`, `20k` or `$5`, for --burst.
  static func amount(_ text: String) throws(NotationError) -> String {
    text.first == "$" ? "$" + (try dollarAmount(text[...], in: text)) : try wholeAmount(text[...], in: text)
  }

  private static func dollarAmount(_ text: Substring, in whole: String) throws(NotationError) -> String {
    let digits = text.first == "$" ? text.dropFirst() : text
    guard let decimal = Decimal(digits), ["", "k", "M"].contains(decimal.unit) else {
      throw NotationError("\(whole.quoted) is no amount of dollars; write 100/day, 0.50/minute or 1.5k/month")
    }
    if decimal.fraction.count > 9 {
      throw NotationError("\(whole.quoted) is finer than a nano-dollar: use nine decimals")
    }
    if decimal.isZero { throw NotationError("\(whole.quoted) allows nothing; a limit is more than 0") }
    return String(digits)
  }

  private static func parts(
    of text: String, example: String
  ) throws(NotationError) -> (amount: Substring, period: Substring) {
    let sides = text.split(separator: "/", omittingEmptySubsequences: false)
    guard sides.count == 2 else {
      throw NotationError("\(text.quoted) does not say how much in which time; write it like \(example)")
    }
    return (sides[0], sides[1])
  }

  private static func wholeAmount(_ digits: Substring, in text: String) throws(NotationError) -> String {
    let zeros: [String: Int] = ["": 0, "k": 3, "K": 3, "M": 6, "G": 9, "B": 9]
    guard let decimal = Decimal(digits) else {
      throw NotationError("\(text.quoted) does not begin with an amount; write 50000, 50k or 10M")
    }
    guard let power = zeros[decimal.unit] else {
      throw NotationError("\(text.quoted) has an unknown unit, \(decimal.unit.quoted); write k, M or G")
    }
    let padded = decimal.fraction + String(repeating: "0", count: max(0, power - decimal.fraction.count))
    guard decimal.fraction.count <= power, let number = Int64(decimal.whole + padded) else {
      throw NotationError("\(text.quoted) is not a whole number that 64 bits hold")
    }
    if number == 0 { throw NotationError("\(text.quoted) allows nothing; a limit is more than 0") }
    for (size, letter) in [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")] where number % Int64(size) == 0 {
      return decimal.unit.isEmpty ? String(number) : "\(number / Int64(size))\(letter)"
    }
    return String(number)
  }

  /// The policy's word for a period, from any of the ways people write it.
  private static func periodWord(_ text: Substring, in whole: String) throws(NotationError) -> String {
    let words = [
      "second": ["s", "sec", "1s"], "minute": ["m", "min", "1m"], "hour": ["h", "hr", "1h"], "day": ["d", "1d"],
      "week": ["w", "1w"], "month": ["mo"],
    ]
    let word = text.lowercased()
    for (period, others) in words where word == period || word == period + "s" || others.contains(word) {
      return period
    }
    if let decimal = Decimal(text), decimal.fraction.isEmpty, !decimal.isZero,
      ["s", "m", "h", "d"].contains(decimal.unit)
    {
      return String(text)
    }
    throw NotationError(
      "\(whole.quoted) has an unknown period, \(String(text).quoted); write second, minute, hour, day, week, month, or "
        + "a duration such as 12h")
  }
}

/// Digits, perhaps a point and more digits, and what follows them.
private struct Decimal {
  let whole: String
  let fraction: String
  let unit: String

  init?(_ text: some StringProtocol) {
    let isDigit: (Character) -> Bool = { $0.isASCII && $0.isNumber }
    whole = String(text.prefix(while: isDigit))
    var rest = String(text.dropFirst(whole.count))
    guard !whole.isEmpty else { return nil }
    if rest.first == "." {
      fraction = String(rest.dropFirst().prefix(while: isDigit))
      if fraction.isEmpty { return nil }
      rest.removeFirst(1 + fraction.count)
    } else {
      fraction = ""
    }
    unit = rest
  }

  var isZero: Bool { (whole + fraction).allSatisfy { $0 == "0" } }
}
