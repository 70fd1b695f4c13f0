// Sidecar: the process: starts in order, reloads, and ends without losing anything.

import Exchange
import Gateway
import Glibc
import Ledger
import Logging
import Policy
import Reactor
import Telemetry

@EventLoop
final class Sidecar {
  private let options: Options
  private let source: PolicySource
  private let log: Logger
  private var plane: DataPlane?
  private var admin: Admin?
  private var signals: [SignalWatcher] = []
  private var watcher: FileWatcher?
  private var isReloading = false
  private var isEnding = false
  private var reloadAgain = false

  init(_ options: Options, source: PolicySource, log: Logger) {
    self.options = options
    self.source = source
    self.log = log
  }

  /// Starts everything; throws one line that names the flag or path at fault.
  func start(_ policy: Policy) throws(StartupError) {
    let listen = try Self.address(options.listen, flag: "--listen")
    let adminAddress = try Self.address(options.admin, flag: "--admin")
    let folder = try StateFolder.prepare(options.state, environment: source.environment)
    let ledger: Ledger
    do throws(LedgerError) {
      ledger = try Ledger(path: folder + "/ledger.db")
    } catch { throw StartupError("--state \(folder): \(error.description)") }
    let plane = try DataPlane(policy, ledger: ledger, environment: source.environment, log: log)
    let admin = Admin(for: plane)
    let bound: (agents: SocketAddress, admin: SocketAddress)
    do throws(ReactorError) {
      bound.agents = try plane.listen(on: listen)
    } catch { throw StartupError("--listen \(options.listen): \(error.reason)") }
    do throws(ReactorError) {
      bound.admin = try admin.listen(on: adminAddress)
    } catch { throw StartupError("--admin \(options.admin): \(error.reason)") }
    self.plane = plane
    self.admin = admin
    watch()
    ProcessMemory.settle()
    log.info(
      "ready",
      metadata: [
        "listen": "\(bound.agents)", "admin": "\(bound.admin)", "state": "\(folder)",
        "policy": "\(source.file ?? "environment")",
      ])
  }

  private func watch() {
    signals = [
      SignalWatcher(SIGTERM) { [unowned self] in end() }, SignalWatcher(SIGINT) { [unowned self] in end() },
      SignalWatcher(SIGHUP) { [unowned self] in reload() },
    ]
    if let file = source.file, let stamp = source.stamp {
      watcher = FileWatcher(path: file, since: stamp) { [unowned self] in reload() }
    }
  }

  /// Reads the policy off the loop and brings it into force; a bad one leaves the old one in force.
  private func reload() {
    if isReloading {
      reloadAgain = true
      return
    }
    isReloading = true
    EventLoop.spawn { [self] in
      let source = source
      let read = await Workers.run { () -> Result<Policy, PolicyProblem> in
        do throws(PolicyProblem) { return .success(try source.read()) } catch { return .failure(error) }
      }
      if let plane, !isEnding { apply(read, to: plane) }
      isReloading = false
      if reloadAgain {
        reloadAgain = false
        reload()
      }
    }
  }

  private func apply(_ read: Result<Policy, PolicyProblem>, to plane: DataPlane) {
    switch read {
    case .failure(let problem): plane.refused(policy: problem.text)
    case .success(let policy):
      do throws(StartupError) { try plane.apply(policy) } catch { plane.refused(policy: error.description) }
    }
  }

  /// Readiness fails at once, streams finish, the ledger is written, the process exits 0. A second signal ends it now.
  private func end() {
    guard !isEnding, let plane else { exit(0) }
    isEnding = true
    log.info("ending", metadata: ["grace": "\(options.graceSeconds) s"])
    EventLoop.spawn { [self] in
      await plane.drain(graceMs: options.graceSeconds * 1000)
      log.info("ended")
      exit(0)
    }
  }

  private static func address(_ text: String, flag: String) throws(StartupError) -> SocketAddress {
    if let address = SocketAddress(text) { return address }
    throw StartupError("\(flag) \(text): not an address; write IP:PORT, [IPv6]:PORT or unix:PATH")
  }
}
