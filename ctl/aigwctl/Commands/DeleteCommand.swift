// DeleteCommand: removes a budget or a chain.

import ArgumentParser
import JSON

struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Removes a budget or a chain.",
    subcommands: [DeleteBudgetCommand.self, DeleteChainCommand.self])
}

struct DeleteBudgetCommand: Alteration {
  static let configuration = CommandConfiguration(
    commandName: "budget", abstract: "Removes a budget; what was spent stays in the receipts.")
  static let method = "SetBudget"

  @OptionGroup var options: GlobalOptions

  @Argument(help: "Its name.", completion: .custom { words, _, _ in KnownNames.budgets(words) })
  var name: String

  var parameters: [(name: String, value: JSONValue)] { [("name", .string(name))] }
}

struct DeleteChainCommand: Alteration {
  static let configuration = CommandConfiguration(commandName: "chain", abstract: "Removes a model's chain.")
  static let method = "SetChain"

  @OptionGroup var options: GlobalOptions

  @Argument(help: "The model's name.", completion: .custom { words, _, _ in KnownNames.models(words) })
  var model: String

  var parameters: [(name: String, value: JSONValue)] { [("model", .string(model))] }
}
