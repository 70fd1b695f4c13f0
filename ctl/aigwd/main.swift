// aigwd: the control daemon of one node.

import Authority
import Exchange
import Glibc
import Logging
import Policy
import Reactor
import Telemetry

/// One line on standard error, and the exit status of a process that could not start.
func fail(_ line: String, status: Int32 = 2) -> Never {
  StandardOutput.write("aigwd: \(line)\n", to: .error)
  exit(status)
}

ProcessMemory.tune()

let environment = ProcessEnvironment.variables
let options: Options
do throws(UsageError) {
  options = try Options(arguments: Array(CommandLine.arguments.dropFirst()), environment: environment)
} catch { fail(error.message) }

if options.isHelp {
  StandardOutput.write(Options.help, to: .output)
  exit(0)
}
if options.isVersion {
  StandardOutput.write(Release.line(of: "aigwd") + "\n", to: .output)
  exit(0)
}

let source = options.policy.map { PolicySource.files($0) } ?? .commands

if options.isCheck {
  do throws(PolicySourceError) {
    guard let policy = try source.policy() else { fail("--check needs --policy FILE or FOLDER") }
    let counts = "\(policy.backends.count) backends, \(policy.models.count) models, \(policy.budgets.count) budgets"
    StandardOutput.write("\(source.name): valid: \(counts)\n", to: .output)
    exit(0)
  } catch {
    StandardOutput.write(error.description + "\n", to: .error)
    if case .invalid = error { exit(1) }
    exit(2)
  }
}

let log = Logger(label: "aigwd") { _ in JSONLog(level: Logger.Level(rawValue: options.logLevel) ?? .info) }

EventLoop.run {
  let daemon = Daemon(options, source: source, environment: environment, log: log)
  do throws(StartupError) { try daemon.start() } catch { fail(error.description) }
  // The daemon lives as long as the loop; end() leaves the process.
  await Waiter().wait()
}
