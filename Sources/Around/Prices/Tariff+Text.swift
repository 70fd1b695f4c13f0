// Tariff+Text: a tariff as one line, the same in the built-in tables and on receipts.

import Exchange

/// A line that is no tariff: what is wrong with it, for people.
public struct MalformedTariff: Error, Hashable, Sendable {
  public let reason: String
}

extension Tariff: CustomStringConvertible {
  /// Dollars per million tokens by class, then the tiers: `input=2.50 output=15.00 above=272000 input=5.00 output=22.50`.
  public var description: String {
    var words: [String] = []
    func add(_ rates: Rates) {
      for kind in TokenClass.allCases {
        if let price = rates.stated[kind] { words.append("\(kind.rawValue)=\(price)") }
      }
    }
    add(rates)
    for tier in tiers {
      words.append("above=\(tier.above)")
      add(tier.rates)
    }
    return words.joined(separator: " ")
  }

  /// Reads what `description` writes. Throws for the first word that says no price, and for a tariff or tier without a
  /// price for input.
  public init(parsing line: some StringProtocol) throws(MalformedTariff) {
    var words: [TariffWord] = []
    for word in line.split(separator: " ") { words.append(TariffWord(word)) }
    try self.init(words: words)
  }

  init(words: [TariffWord]) throws(MalformedTariff) {
    var steps: [(above: TokenCount, prices: ByClass<TokenPrice?>)] = [(.zero, ByClass(repeating: nil))]
    for word in words {
      if word.name == "above" {
        let above = try word.tokens
        guard above > steps.last!.above else {
          throw MalformedTariff(reason: "\(word.text): tiers must ascend")
        }
        steps.append((above, ByClass(repeating: nil)))
      } else {
        guard let kind = TokenClass(rawValue: word.name) else {
          throw MalformedTariff(reason: "\(word.text): no class of tokens has that name")
        }
        guard steps[steps.count - 1].prices[kind] == nil else {
          throw MalformedTariff(reason: "\(word.text): the class has a price already")
        }
        steps[steps.count - 1].prices[kind] = try word.price
      }
    }
    guard steps.allSatisfy({ $0.prices[.input] != nil }) else {
      throw MalformedTariff(reason: "a tariff and each of its tiers need a price for input")
    }
    self.init(
      rates: Rates(steps[0].prices), tiers: steps.dropFirst().map { Tier(above: $0.above, rates: Rates($0.prices)) })
  }
}

/// `input=2.50`: a word of such a line.
struct TariffWord {
  let text: String
  let name: String
  private let value: String

  init(_ text: some StringProtocol) {
    self.text = String(text)
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(parts[0])
    value = parts.count == 2 ? String(parts[1]) : ""
  }

  var price: TokenPrice {
    get throws(MalformedTariff) {
      do throws(MalformedAmount) {
        return try TokenPrice(parsing: value)
      } catch { throw MalformedTariff(reason: "\(text): the price \(error.reason)") }
    }
  }

  var tokens: TokenCount {
    get throws(MalformedTariff) {
      guard let count = Int64(value), count > 0 else {
        throw MalformedTariff(reason: "\(text): must be a count of tokens")
      }
      return TokenCount(count)
    }
  }
}
