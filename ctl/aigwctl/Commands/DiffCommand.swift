// DiffCommand: what apply would change.

import ArgumentParser
import JSON

struct DiffCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "What apply would change, line by line; changes nothing.",
    discussion: "Exit status, as diff(1) has it: 0 the same, 1 different, more for trouble. -o json is the merge patch."
  )

  @OptionGroup var options: GlobalOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("YAML or JSON; - for standard input.", valueName: "file"),
    completion: .file())
  var file: String

  func run(_ session: Session) async throws(Failure) -> ExitStatus {
    let difference: PolicyDifference
    do throws(Failure) {
      let file = try PolicyFile(file)
      difference = PolicyDifference(from: try await session.daemon.policy().document, to: file.json)
    } catch {
      // 1 would say that the two differ.
      throw error.status == .refused ? Failure(.usage, error.message) : error
    }
    session.show(difference.patch) { view in difference.text(paint: view.paint) }
    return difference.isEmpty ? .done : .refused
  }
}
