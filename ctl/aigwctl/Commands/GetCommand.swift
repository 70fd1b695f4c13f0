// GetCommand: the policy in force, or a part of it.

import ArgumentParser
import JSON

struct GetCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "The policy in force, or a part of it, as YAML.",
    discussion: "What it prints can be edited and given to apply -f. Secrets are never in it, only where they are.")

  @OptionGroup var options: GlobalOptions

  @Argument(help: "A part of it: /budgets/team (a JSON Pointer) or budgets.team.")
  var pointer: String?

  func run(_ session: Session) async throws(Failure) -> ExitStatus {
    let policy = try await session.daemon.call("GetPolicy")["policy"] ?? .object([])
    do throws(NotationError) {
      let part = try PathNotation.value(at: pointer ?? "", in: policy)
      session.show(part) { _ in YAMLText.text(part) }
      return .done
    } catch { throw Failure(error, .refused) }
  }
}
