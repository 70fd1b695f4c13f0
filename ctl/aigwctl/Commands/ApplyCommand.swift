// ApplyCommand: makes the policy in force equal to a file.

import ArgumentParser
import JSON

struct ApplyCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Makes the policy in force equal to a file.",
    discussion: """
      What the file does not have is removed. Nothing happens when somebody else has changed the policy meanwhile, or \
      when any part of the file is wrong.
      """)

  @OptionGroup var options: GlobalOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("YAML or JSON; - for standard input.", valueName: "file"),
    completion: .file())
  var file: String

  @Flag(help: "Check the file and show what would change; change nothing.")
  var dryRun = false

  func run(_ session: Session) async throws(Failure) -> ExitStatus {
    let file = try PolicyFile(file)
    let current = try await session.daemon.policy()
    let difference = PolicyDifference(from: current.document, to: file.json)
    let reply = try await session.daemon.change(
      "PatchPolicy",
      [("patch", difference.patch), ("expected", .integer(current.generation)), ("dryRun", .bool(dryRun))])
    return session.show(change: reply, isTrial: dryRun)
  }
}
