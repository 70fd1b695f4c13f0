// CommandLineRun: from the arguments to the exit status.

import ArgumentParser
import Glibc
import Reactor

enum CommandLineRun {
  static func main() -> Never {
    do {
      let command = try Root.parseAsRoot()
      guard let command = command as? any ControlCommand else {
        var command = command
        try command.run()
        exit(ExitStatus.done.rawValue)
      }
      EventLoop.run { await run(command) }
      exit(ExitStatus.done.rawValue)
    } catch let failure as Failure {
      fail(failure)
    } catch {
      // Help and the version are not mistakes; everything else is, whatever number the parser has for it.
      let text = Root.fullMessage(for: error)
      if Root.exitCode(for: error).isSuccess {
        StandardOutput.write(text + "\n", to: .output)
        exit(ExitStatus.done.rawValue)
      }
      let label = "Error: "
      fail(Failure(.usage, (text.hasPrefix(label) ? String(text.dropFirst(label.count)) : text).visibleLines))
    }
  }

  @EventLoop private static func run(_ command: some ControlCommand) async {
    do throws(Failure) {
      exit(try await command.run(Session(command.options)).rawValue)
    } catch { fail(error) }
  }

  static func fail(_ failure: Failure) -> Never {
    StandardOutput.write("aigwctl: \(failure.message)\n", to: .error)
    exit(failure.status.rawValue)
  }
}
