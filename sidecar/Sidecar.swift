// Sidecar: the process: starts in order, reloads, and ends without losing anything.

import Alerts
import Authority
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
  private let environment: [String: String]
  private let log: Logger
  private var plane: DataPlane?
  private var admin: Admin?
  /// Without a daemon.
  private var host: ControlHost?
  /// With one.
  private var link: DaemonLink?
  private var signals: [SignalWatcher] = []
  private var isEnding = false

  init(_ options: Options, environment: [String: String], log: Logger) {
    self.options = options
    self.environment = environment
    self.log = log
  }

  /// Starts everything. Throws a `PolicySourceError`, or one line that names the flag or path at fault.
  func start() async throws {
    let folder = try StateFolder.prepare(options.state, environment: environment)
    signals = [
      SignalWatcher(SIGTERM) { [unowned self] in end() }, SignalWatcher(SIGINT) { [unowned self] in end() },
      SignalWatcher(SIGHUP) { [unowned self] in host?.reload() },
    ]
    if let daemon = options.control {
      try await startBeside(daemon, folder)
    } else {
      try startAlone(folder)
    }
    ProcessMemory.giveBackUnused()
  }

  /// With a daemon, which owns the policy and the budgets.
  private func startBeside(_ daemon: String, _ folder: String) async throws {
    // The daemon's policy is not known yet: what the last one said of a damaged ledger holds.
    let ledger = try openLedger(in: folder, under: LastPolicy(folder: folder).read()?.policy)
    let identity = ProcessIdentity.sidecar(environment)
    let link = DaemonLink(to: daemon, as: identity, folder: folder, log: log)
    self.link = link
    log.info("waiting for a policy", metadata: ["control": "\(daemon)"])
    let (environment, log) = (environment, log)
    let plane = await link.start(ledger: ledger) { policy throws(StartupError) in
      try DataPlane(policy, ledger: ledger, credit: link.credit, environment: environment, log: log)
    }
    try listen(with: plane)
    log.info(
      "ready",
      metadata: [
        "listen": "\(plane.address!)", "admin": "\(admin!.address!)", "state": "\(folder)", "policy": "\(daemon)",
        "sidecar": "\(identity.name)",
      ])
  }

  /// Without a daemon: this process owns its policy, its budgets and its control socket.
  private func startAlone(_ folder: String) throws {
    let source = try PolicySource(options, environment: environment)
    // Before the policy's store, which the ledger's lock keeps other processes from writing too.
    let ledger = try openLedger(in: folder, under: try? source.policy())
    let seen = source.stamps()
    let now = WallTime(milliseconds: EventLoop.wallMilliseconds)
    let store = try PolicyStore(folder: folder, source: source, at: now)
    for warning in store.warnings { log.warning("\(warning)") }
    // A source gives a policy or has thrown.
    let plane = try DataPlane(store.current!.policy, ledger: ledger, environment: environment, log: log)
    let alerts = AlertDesk(folder: folder, environment: environment, log: log)
    try alerts.apply(store.current!.policy)
    let host = ControlHost(
      plane, alerts: alerts, store: store, ledger: ledger, as: ProcessIdentity.sidecar(environment), log: log)
    self.host = host
    try listen(with: plane)
    let socket = try openControlSocket(of: host, in: folder)
    host.watch(source, since: seen)
    log.info(
      "ready",
      metadata: [
        "listen": "\(plane.address!)", "admin": "\(admin!.address!)", "state": "\(folder)",
        "policy": "\(source.name)", "generation": "\(store.current!.generation)", "control": "\(socket)",
      ])
  }

  private func openLedger(in folder: String, under policy: Policy?) throws(StartupError) -> Ledger {
    let goesOn = policy?.limits.onLedgerLoss == .failOpen
    do throws(LedgerError) {
      return try Ledger(path: folder + "/ledger.db", onCorrupt: goesOn ? .setAside : .refuse)
    } catch { throw StartupError("--state \(folder): \(error.description)") }
  }

  /// Where the control socket is; empty when there is none, which only an explicit wish makes an error.
  private func openControlSocket(of host: ControlHost, in folder: String) throws(StartupError) -> String {
    let path = options.controlSocket ?? folder + "/control.sock"
    if options.controlSocket == nil, SocketAddress("unix:" + path) == nil {
      log.warning(
        "no control socket: the path of --state is too long for one; give --control-socket",
        metadata: ["path": "\(path)"])
      return ""
    }
    do throws(ReactorError) {
      try host.listen(on: path)
      return path
    } catch { throw StartupError("--control-socket \(path): \(error.reason)") }
  }

  private func listen(with plane: DataPlane) throws(StartupError) {
    let listen = try Self.address(options.listen, flag: "--listen")
    let adminAddress = try Self.address(options.admin, flag: "--admin")
    try DataPlane.refuseLoop(of: plane.policy, at: listen)
    let admin = Admin(for: plane)
    do throws(ReactorError) {
      _ = try plane.listen(on: listen)
    } catch { throw StartupError("--listen \(options.listen): \(error.reason)") }
    do throws(ReactorError) {
      _ = try admin.listen(on: adminAddress)
    } catch { throw StartupError("--admin \(options.admin): \(error.reason)") }
    self.plane = plane
    self.admin = admin
  }

  /// Readiness fails at once, streams finish, the ledger is written, the process exits 0. A second signal ends it now.
  private func end() {
    guard !isEnding, let plane else { exit(0) }
    isEnding = true
    log.info("ending", metadata: ["grace": "\(options.graceSeconds) s"])
    EventLoop.spawn { [self] in
      await host?.close()
      await plane.drain(graceMs: options.graceSeconds * 1000)
      await link?.close()
      await plane.close()
      log.info("ended")
      exit(0)
    }
  }

  private static func address(_ text: String, flag: String) throws(StartupError) -> SocketAddress {
    if let address = SocketAddress(text) { return address }
    throw StartupError("\(flag) \(text): not an address; write IP:PORT, [IPv6]:PORT or unix:PATH")
  }
}
