// aigw-sidecar: stands beside an agent and carries its LLM calls.

import Authority
import Exchange
import Gateway
import Glibc
import Logging
import Policy
import Reactor
import Telemetry

/// One line on standard error, and the exit status of a process that could not start.
func fail(_ line: String, status: Int32 = 2) -> Never {
  StandardOutput.write("aigw-sidecar: \(line)\n", to: .error)
  exit(status)
}

/// A policy that will not do: every fault on a line of its own.
func refuse(_ error: PolicySourceError, isCheck: Bool) -> Never {
  StandardOutput.write(error.description + "\n", to: .error)
  if case .invalid = error, isCheck { exit(1) }
  exit(2)
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
  StandardOutput.write(Release.line(of: "aigw-sidecar") + "\n", to: .output)
  exit(0)
}

if options.isCheck {
  do throws(PolicySourceError) {
    let source = try PolicySource(options, environment: environment)
    if let policy = try source.policy() {
      let counts = "\(policy.backends.count) backends, \(policy.models.count) models, \(policy.budgets.count) budgets"
      StandardOutput.write("\(source.name): valid: \(counts)\n", to: .output)
    }
  } catch { refuse(error, isCheck: true) }
  exit(0)
}

let log = Logger(label: "aigw") { _ in JSONLog(level: Logger.Level(rawValue: options.logLevel) ?? .info) }

EventLoop.run {
  let sidecar = Sidecar(options, environment: environment, log: log)
  do {
    try await sidecar.start()
  } catch let error as PolicySourceError {
    refuse(error, isCheck: false)
  } catch { fail("\(error)") }
  // The sidecar lives as long as the loop; end() leaves the process.
  await Waiter().wait()
}
