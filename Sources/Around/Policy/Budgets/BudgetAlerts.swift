// BudgetAlerts: when somebody is told that a budget is on its way to its end.

import Exchange

extension Policy {
  /// A part of a whole, or a multiple of it, in millionths: 0.8 is 800,000.
  public struct Share: Hashable, Comparable, Sendable {
    public let millionths: Int64

    public static func < (left: Self, right: Self) -> Bool { left.millionths < right.millionths }
  }

  /// `alertAt` and `burn` of a budget. A threshold is told once in a period, a burn rate whenever it is reached again.
  public struct BudgetAlerts: Hashable, Sendable {
    /// Told when this much of the limit is used; ascending, above 0 and at most 1.
    public var thresholds: [Share] = []
    public var burn: Burn?

    public init() {}
  }

  /// `3x over 10m`: told when spending over that time ran at so many times the pace that would use the limit evenly.
  public struct Burn: Hashable, Sendable {
    public let factor: Share
    public let overMs: Int64
  }
}

extension Policy.BudgetAlerts {
  private static let thresholdsMax = 10

  init(_ fields: Fields, _ diagnostics: inout Diagnostics) {
    self.init()
    thresholds = fields["alertAt"].map { Self.thresholds($0, &diagnostics) } ?? []
    burn = fields["burn"].flatMap { Policy.Burn($0, &diagnostics) }
  }

  private static func thresholds(_ place: Place, _ diagnostics: inout Diagnostics) -> [Policy.Share] {
    var places = [place]
    if case .sequence = place.node.value { places = place.elements(&diagnostics) ?? [] }
    if places.count > thresholdsMax {
      place.report("has \(places.count) thresholds; it may have \(thresholdsMax)", &diagnostics)
      return []
    }
    var shares: [Policy.Share] = []
    for place in places {
      guard case .number(let text) = place.node.value, let millionths = Decimal(text)?.scaled(by: 1_000_000),
        (1...1_000_000).contains(millionths)
      else {
        place.report(
          "must be a part of the limit above 0 and up to 1, such as 0.8, and is \(place.shown)", &diagnostics)
        continue
      }
      let share = Policy.Share(millionths: millionths)
      if shares.contains(share) { place.report("is written twice, \(place.shown); keep one", &diagnostics) }
      shares.append(share)
    }
    return shares.sorted()
  }
}

extension Policy.Burn {
  private static let factors: ClosedRange<Int64> = 1_000_001...1_000_000_000
  private static let overMs: ClosedRange<Int64> = 60_000...366 * 86_400_000

  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    guard let text = place.text(&diagnostics) else { return nil }
    let words = text.parts(between: " ")
    guard words.count == 3, words[0].hasSuffix("x"), words[1] == "over",
      let factor = Decimal(words[0].dropLast())?.scaled(by: 1_000_000), Self.factors.contains(factor),
      let overMs = DurationText.milliseconds(words[2]), Self.overMs.contains(overMs)
    else {
      place.report(
        "must be like 3x over 10m: a factor above 1 and a time of at least a minute; it is \(quoted(text))",
        &diagnostics)
      return nil
    }
    self.init(factor: Policy.Share(millionths: factor), overMs: overMs)
  }
}

extension Policy.Share: CustomStringConvertible {
  /// As a decimal number: `0.8`.
  public var description: String {
    let fraction = String(1_000_000 + millionths % 1_000_000).dropFirst()
    let digits = String(fraction.reversed().drop { $0 == "0" }.reversed())
    return "\(millionths / 1_000_000)" + (digits.isEmpty ? "" : ".\(digits)")
  }
}

extension Policy.Burn: CustomStringConvertible {
  /// As it is written: `3x over 10m`.
  public var description: String { "\(factor)x over \(DurationText.spelled(overMs))" }
}
