// PricesCommand: what tokens cost, and where that is known from.

import ArgumentParser
import Exchange
import JSON

struct PricesCommand: Inquiry {
  static let configuration = CommandConfiguration(
    commandName: "prices", abstract: "Prices in dollars per million tokens, and where they come from.",
    aliases: ["price"])
  static let method = "GetPrices"

  @OptionGroup var options: GlobalOptions

  @Argument(help: "Only this model.")
  var model: String?

  func parameters(now: WallTime) throws(Failure) -> [(name: String, value: JSONValue)] {
    model.map { [("model", .string($0))] } ?? []
  }

  func shown(_ reply: JSONValue, _ view: View) -> String {
    var table = Table(
      [
        .text("MODEL"), .text("PROVIDER"), .number("INPUT"), .number("CACHED"), .number("CACHE WRITE"),
        .number("OUTPUT"),
        .wideNumber("LONG WRITE"), .wideNumber("SOUND IN"), .wideNumber("SOUND OUT"), .text("SOURCE"), .text("AGE"),
        .wideText("PAGE"),
      ], empty: model.map { "No price is known for \($0.visible)." } ?? "No prices are known.")
    for price in reply.list("prices") {
      let age = price["ageDays"]?.integer.map { Figures.count(Int($0), "day") }
      table.add(
        [Cell(price.text("model")), Cell(price.text("provider"))] + Self.rates(price)
          + [Cell(price.text("source")), Cell(age), Cell(price.text("page"))])
      for tier in price.list("tiers") {
        let name = "  above \(Figures.short(tier.number("above"))) of input"
        table.add([Cell(name), ""] + Self.rates(tier) + ["", "", ""])
      }
    }
    return view.text(table)
  }

  private static func rates(_ price: JSONValue) -> [Cell] {
    ["input", "cachedInput", "cacheWrite", "output", "longCacheWrite", "audioInput", "audioOutput"].map { name in
      Cell(price.text(name).map { "$\($0)" })
    }
  }
}
