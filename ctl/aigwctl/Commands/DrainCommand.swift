// DrainCommand: takes a backend out of service, and back into it.

import ArgumentParser
import JSON

struct DrainCommand: Alteration {
  static let configuration = CommandConfiguration(
    commandName: "drain", abstract: "Gives a backend no new calls; those on their way finish.")
  static let method = "SetBackendState"

  @OptionGroup var options: GlobalOptions

  @Argument(help: "Its name.", completion: .custom { words, _, _ in KnownNames.backends(words) })
  var backend: String

  var parameters: [(name: String, value: JSONValue)] { [("backend", .string(backend)), ("state", "drained")] }
}

struct UndrainCommand: Alteration {
  static let configuration = CommandConfiguration(
    commandName: "undrain", abstract: "Gives a drained backend calls again.")
  static let method = "SetBackendState"

  @OptionGroup var options: GlobalOptions

  @Argument(help: "Its name.", completion: .custom { words, _, _ in KnownNames.backends(words) })
  var backend: String

  var parameters: [(name: String, value: JSONValue)] { [("backend", .string(backend)), ("state", "active")] }
}
