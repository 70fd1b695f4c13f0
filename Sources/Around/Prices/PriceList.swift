// PriceList: one provider's built-in prices, read from its table when they are first asked for.

import Exchange

/// A line of a table names a model, or several that cost the same, and says what they charge, in dollars per million
/// tokens, and how much they take and give:
///
///     gpt-5.4 input=2.5 cachedInput=0.25 output=15 context=1050000 maxOutput=128000
///       above=272000 input=5 cachedInput=0.5 output=22.5
///
/// The tables are facts from the providers' price pages as the public price map of litellm (MIT) carries them, and are
/// compared with it by `PriceMapTests`. Standard service: batch and flex calls cost less, priority and regional ones more.
struct PriceList: Sendable {
  let provider: String
  /// In the order of the table.
  let models: [String]
  private let rows: [String: PriceRow]

  /// - Parameter page: where the provider publishes its prices.
  init(_ provider: String, page: String, asOf date: String, table: String) {
    guard let day = CalendarDay(date) else { preconditionFailure("the prices of \(provider) are of no day: \(date)") }
    var models: [String] = []
    var rows: [String: PriceRow] = [:]
    for line in Self.joined(table) {
      do throws(MalformedTariff) {
        let line = try Self.facts(of: line)
        for model in line.models {
          precondition(rows[model] == nil, "\(provider) has two prices for \(model)")
          models.append(model)
          rows[model] = PriceRow(
            provider: provider, model: model, tariff: line.tariff, contextTokens: line.context,
            maxOutputTokens: line.maxOutput, source: .builtIn(asOf: day, page: page))
        }
      } catch { preconditionFailure("a price of \(provider): \(line): \(error.reason)") }
    }
    self.provider = provider
    self.models = models
    self.rows = rows
  }

  private struct Facts {
    var models: [String]
    var tariff: Tariff
    var context: TokenCount?
    var maxOutput: TokenCount?
  }

  /// A line that begins with a space goes on with the one before.
  private static func joined(_ table: String) -> [Substring] {
    table.split(separator: "\n").reduce(into: []) { lines, line in
      if line.first == " ", let last = lines.popLast() { lines.append(last + line) } else { lines.append(line) }
    }
  }

  private static func facts(of line: Substring) throws(MalformedTariff) -> Facts {
    let words = line.split(separator: " ")
    var prices: [TariffWord] = []
    var context: TokenCount?
    var maxOutput: TokenCount?
    for word in words.dropFirst().map(TariffWord.init) {
      switch word.name {
      case "context": context = try word.tokens
      case "maxOutput": maxOutput = try word.tokens
      default: prices.append(word)
      }
    }
    return Facts(
      models: words[0].split(separator: "|").map(String.init), tariff: try Tariff(words: prices), context: context,
      maxOutput: maxOutput)
  }

  subscript(model: String) -> PriceRow? { rows[model] }

  /// The names of all lists, in the order in which a model is looked for when nobody says whose it is.
  static let names = all.map(\.key)

  /// The list of that name, as a provider's row has it.
  static func named(_ name: String) -> PriceList? { all.first { $0.key == name }?.value() }
}
