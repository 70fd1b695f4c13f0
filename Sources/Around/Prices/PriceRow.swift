// PriceRow: what is known of one model: its tariff, how much it takes and gives, and where we know that from.

import Exchange
import JSON

/// Where a price comes from.
public enum PriceSource: Hashable, Sendable {
  /// A table in this program, as it stood on the provider's page on that day.
  case builtIn(asOf: CalendarDay, page: String)
  /// `prices` in the policy.
  case policy
}

/// One model's price, as it was found.
public struct PriceRow: Hashable, Sendable {
  /// Whose price list; `policy` where the policy names no provider.
  public var provider: String
  /// The name on that list, which may be shorter than the name a call asks for, or a pattern of the policy.
  public let model: String
  public let tariff: Tariff
  /// The most input a call may have, and the most output the model gives; nil where nobody says.
  public var contextTokens: TokenCount?
  public var maxOutputTokens: TokenCount?
  public let source: PriceSource

  public init(
    provider: String, model: String, tariff: Tariff, contextTokens: TokenCount? = nil,
    maxOutputTokens: TokenCount? = nil, source: PriceSource
  ) {
    self.provider = provider
    self.model = model
    self.tariff = tariff
    self.contextTokens = contextTokens
    self.maxOutputTokens = maxOutputTokens
    self.source = source
  }

  /// For GetPrices: prices as decimal strings in dollars per million tokens, `source` builtin or policy, and how old a
  /// built-in price is.
  public func json(at now: WallTime) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [("provider", .string(provider)), ("model", .string(model))]
    members += Self.members(of: tariff.rates)
    if !tariff.tiers.isEmpty {
      let tiers = tariff.tiers.map { tier in
        JSONValue.object([("above", .integer(tier.above.value))] + Self.members(of: tier.rates))
      }
      members.append(("tiers", .array(tiers)))
    }
    if let contextTokens { members.append(("contextTokens", .integer(contextTokens.value))) }
    if let maxOutputTokens { members.append(("maxOutputTokens", .integer(maxOutputTokens.value))) }
    switch source {
    case .builtIn(let day, let page):
      members.append(("source", "builtin"))
      members.append(("asOf", .string(day.description)))
      members.append(("ageDays", .integer(max(0, day.days(until: now)))))
      members.append(("page", .string(page)))
    case .policy: members.append(("source", "policy"))
    }
    return .object(members)
  }

  private static func members(of rates: Rates) -> [(name: String, value: JSONValue)] {
    TokenClass.allCases.compactMap { kind in
      rates.stated[kind].map { (name: kind.rawValue, value: .string($0.description)) }
    }
  }
}

/// A day of the calendar, as price lists are dated.
public struct CalendarDay: Hashable, Sendable, CustomStringConvertible {
  public let description: String
  private let daysSince1970: Int64

  /// - Parameter text: `2026-11-21`.
  public init?(_ text: String) {
    let parts = text.split(separator: "-").map(String.init)
    guard text.utf8.count == 10, parts.count == 3, let year = Int64(parts[0]), let month = Int64(parts[1]),
      let day = Int64(parts[2]), (1970...2999).contains(year), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    description = text
    // Years that begin in March end with the leap day; five months of those years have 153 days.
    let (marchYear, marchMonth) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    daysSince1970 = 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
  }

  /// Whole days from the start of the day (UTC) to `time`; negative if it is yet to come.
  func days(until time: WallTime) -> Int64 {
    (time.milliseconds - daysSince1970 * 86_400_000) / 86_400_000
  }
}
