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
        .text("SOURCE"), .text("AS OF"),
      ], empty: model.map { "No price is known for \($0.visible): a dollar budget refuses its calls." } ?? "No prices.")
    for price in reply.list("prices") {
      func dollars(_ name: String) -> Cell { Cell(price.text(name).map { "$\($0)" }) }
      table.add([
        Cell(price.text("model")), Cell(price.text("provider")), dollars("input"), dollars("cachedInput"),
        dollars("cacheWrite"), dollars("output"), Cell(price.text("source")), Cell(price.text("date")),
      ])
    }
    return view.text(table)
  }
}
