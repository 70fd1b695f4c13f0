// aigw-sidecar: stands beside an agent and carries its LLM calls.

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

let source = PolicySource(file: options.policy, environment: environment)
let policy: Policy
do throws(PolicyProblem) {
  policy = try source.read()
} catch {
  StandardOutput.write(error.text + "\n", to: .error)
  exit(options.isCheck && error.isInvalid ? 1 : 2)
}

if options.isCheck {
  let counts = "\(policy.backends.count) backends, \(policy.models.count) models, \(policy.budgets.count) budgets"
  StandardOutput.write("\(options.policy ?? "environment"): valid: \(counts)\n", to: .output)
  exit(0)
}

let log = Logger(label: "aigw") { _ in JSONLog(level: Logger.Level(rawValue: options.logLevel) ?? .info) }

EventLoop.run {
  let sidecar = Sidecar(options, source: source, log: log)
  do throws(StartupError) { try sidecar.start(policy) } catch { fail(error.description) }
  // The sidecar lives as long as the loop; end() leaves the process.
  await Waiter().wait()
}
