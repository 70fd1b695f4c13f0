// Figures: amounts as people read them: 50k, 1.23M, $12.50; exact ones for `-o wide`.

/// What a budget counts, as its replies name it.
enum Unit: Hashable {
  case dollars
  /// Anything else, in the words of a person: tokens, output tokens, requests.
  case counted(String)

  init(_ name: String) {
    self =
      switch name {
      case "usd": .dollars
      case "totalTokens": .counted("tokens")
      case "cost": .counted("weighted units")
      default: .counted(Self.words(name))
      }
  }

  /// `cachedInputTokens` becomes `cached input tokens`.
  private static func words(_ name: String) -> String {
    name.reduce(into: "") { words, letter in words += letter.isUppercase ? " " + letter.lowercased() : String(letter) }
  }
}

enum Figures {
  /// Short, and never more than there is: 49,999, 50k, 1.23M.
  static func short(_ number: Int64) -> String {
    let magnitude = number.magnitude
    let sign = number < 0 ? "-" : ""
    if magnitude < 1_000 || magnitude < 100_000 && magnitude % 1_000 != 0 { return sign + grouped(magnitude) }
    let steps: [(UInt64, String)] = [(1_000_000_000_000, "T"), (1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")]
    let (size, letter) = steps.first { magnitude >= $0.0 } ?? (1, "")
    let fraction = fraction(of: magnitude % size, in: size, digits: 2)
    return sign + grouped(magnitude / size) + (fraction.isEmpty ? "" : "." + fraction) + letter
  }

  /// All digits, in groups of three.
  static func exact(_ number: Int64) -> String { (number < 0 ? "-" : "") + grouped(number.magnitude) }

  /// Nano-dollars: whole ones as $100, others to the cent, less than a dollar to four digits that say something.
  static func dollars(_ nanoDollars: Int64) -> String {
    let (whole, rest, sign) = parts(nanoDollars)
    if rest == 0 { return sign + "$" + grouped(whole) }
    let leadingZeros = 9 - String(rest).count
    let digits = whole > 0 ? 2 : min(9, leadingZeros + 4)
    var fraction = fraction(of: rest, in: 1_000_000_000, digits: digits)
    if fraction.count < 2 { fraction += String(repeating: "0", count: 2 - fraction.count) }
    return sign + "$" + grouped(whole) + "." + fraction
  }

  /// The same to the last nano-dollar.
  static func exactDollars(_ nanoDollars: Int64) -> String {
    let (whole, rest, sign) = parts(nanoDollars)
    let fraction = fraction(of: rest, in: 1_000_000_000, digits: 9)
    return sign + "$" + grouped(whole) + (fraction.isEmpty ? "" : "." + fraction)
  }

  /// An amount of `unit` without its name.
  static func amount(_ number: Int64, of unit: Unit, isExact: Bool = false) -> String {
    switch unit {
    case .dollars: isExact ? exactDollars(number) : dollars(number)
    case .counted: isExact ? exact(number) : short(number)
    }
  }

  /// `50k tokens/hour`, `$100/day`; without a period where the reply names none.
  static func limit(_ number: Int64, of unit: Unit, per period: String, isExact: Bool = false) -> String {
    let amount = amount(number, of: unit, isExact: isExact)
    let rate = period.isEmpty ? "" : "/\(period)"
    return switch unit {
    case .dollars: amount + rate
    case .counted(let name): "\(amount) \(name)\(rate)"
    }
  }

  /// `1 change`, `2 changes`.
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  private static func parts(_ nanoDollars: Int64) -> (whole: UInt64, rest: UInt64, sign: String) {
    let size: UInt64 = 1_000_000_000
    return (nanoDollars.magnitude / size, nanoDollars.magnitude % size, nanoDollars < 0 ? "-" : "")
  }

  /// The first `digits` decimals of `rest / size`, cut and not rounded, without the zeros at their end.
  private static func fraction(of rest: UInt64, in size: UInt64, digits: Int) -> String {
    var (rest, decimals) = (rest, "")
    for _ in 0..<digits {
      let (quotient, remainder) = (rest * 10).quotientAndRemainder(dividingBy: size)
      decimals += String(quotient)
      rest = remainder
    }
    while decimals.last == "0" { decimals.removeLast() }
    return decimals
  }

  private static func grouped(_ number: UInt64) -> String {
    let digits = String(number)
    return digits.enumerated().reduce(into: "") { text, digit in
      if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text += "," }
      text.append(digit.element)
    }
  }
}
