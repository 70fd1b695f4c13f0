// Daemon: the process: starts in order, reloads, and ends without losing anything.

import Alerts
import Authority
import Bytes
import Control
import Exchange
import Glibc
import Ledger
import Listener
import Logging
import Policy
import Reactor
import Telemetry

@EventLoop
final class Daemon {
  /// How long calls under way may finish after SIGTERM.
  private static let graceMs: Int64 = 5_000

  private let options: Options
  private let source: PolicySource
  private let environment: [String: String]
  private let log: Logger
  private var server: ControlServer?
  private var governor: Governor?
  private var node: Node?
  private var operators: OperatorListener?
  private var signals: [SignalWatcher] = []
  private var watcher: FileWatcher?
  private var isEnding = false

  init(_ options: Options, source: PolicySource, environment: [String: String], log: Logger) {
    self.options = options
    self.source = source
    self.environment = environment
    self.log = log
  }

  /// Starts everything; throws one line for each flag, path or field at fault.
  func start() throws(StartupError) {
    let places = Places(environment)
    let folder = options.state ?? places.state
    do throws(ReactorError) {
      try Files.makeFolder(folder)
    } catch { throw StartupError("--state \(folder): \(error.reason)") }
    let stamps = source.stamps()
    let store: PolicyStore
    do throws(PolicySourceError) {
      store = try PolicyStore(folder: folder, source: source, at: WallTime(milliseconds: EventLoop.wallMilliseconds))
    } catch { throw StartupError(error.description) }
    let goesOn = store.current?.policy.limits.onLedgerLoss == .failOpen
    let ledger: Ledger
    do throws(LedgerError) {
      ledger = try Ledger(path: folder + "/ledger.db", onCorrupt: goesOn ? .setAside : .refuse)
    } catch { throw StartupError("--state \(folder): \(error)") }
    if let aside = ledger.setAside {
      log.error("the ledger was damaged and has been set aside", metadata: ["path": "\(aside)"])
    }
    let watchers = Watchers()
    let node: Node
    do throws(LedgerError) {
      node = try Node(
        ledger, watchers: watchers, alerts: AlertDesk(folder: folder, environment: environment, log: log), log: log)
    } catch { throw StartupError("--state \(folder): \(error)") }
    let started = WallTime(milliseconds: EventLoop.wallMilliseconds)
    let governor = Governor(
      ProgramIdentity(name: "aigwd", version: Release.version, pid: getpid(), startedAt: started), store: store,
      ledger: ledger, watchers: watchers, governed: node)
    if let version = store.current {
      let obstacles = node.obstacles(to: version.policy)
      if !obstacles.isEmpty { throw StartupError(obstacles.map(\.description).joined(separator: "\n")) }
      node.begin(with: version)
    }
    self.node = node
    self.governor = governor
    let metrics = try listenForOperators()
    let socket = try listenForControl(options.socket ?? places.socket, governor, node)
    watch(since: stamps)
    ProcessMemory.giveBackUnused()
    for warning in store.warnings { log.warning("policy", metadata: ["reason": "\(warning)"]) }
    log.info(
      "ready",
      metadata: [
        "socket": "\(socket)", "state": "\(folder)", "policy": "\(source.name)", "version": "\(Release.version)",
        "generation": "\(store.current?.generation ?? .none)", "metrics": "\(metrics?.description ?? "none")",
      ])
  }

  private func listenForControl(
    _ path: String, _ governor: Governor, _ node: Node
  ) throws(StartupError) -> SocketAddress {
    let service = ControlService(product: "aigwd", version: Release.version)
    governor.serve(on: service)
    node.serve(on: service)
    let address = SocketAddress(path: path)
    let log = log
    do throws(ReactorError) {
      server = try ControlServer(
        on: address, file: SocketAccess(owner: options.owner, group: options.group),
        access: ControlAccess(admins: options.admins, sidecars: options.sidecars), service: service
      ) { caller, reason in
        log.warning(
          "client dropped",
          metadata: ["uid": "\(caller.user)", "pid": "\(caller.processID)", "reason": "\(reason)"])
      }
    } catch { throw StartupError("--socket \(path): \(error)") }
    return address
  }

  private func listenForOperators() throws(StartupError) -> SocketAddress? {
    guard let text = options.metrics else { return nil }
    guard let address = SocketAddress(text) else {
      throw StartupError("--metrics \(text): not an address; write IP:PORT, [IPv6]:PORT or unix:PATH")
    }
    let operators = OperatorListener(
      isReady: { [unowned self] in !isEnding }, writeMetrics: { [unowned self] in writeMetrics(into: &$0) })
    self.operators = operators
    do throws(ReactorError) {
      return try operators.listen(on: address)
    } catch { throw StartupError("--metrics \(text): \(error.reason)") }
  }

  private func writeMetrics(into page: inout ByteBuffer) {
    if let governor, let node { DaemonMetrics.write(governor.statistics, node, into: &page) }
  }

  private func watch(since stamps: [FileStamp]) {
    signals = [
      SignalWatcher(SIGTERM) { [unowned self] in end() }, SignalWatcher(SIGINT) { [unowned self] in end() },
      SignalWatcher(SIGHUP) { [unowned self] in reload() },
    ]
    guard case .files = source else { return }
    let source = source
    watcher = FileWatcher(since: stamps, look: { source.stamps() }) { [unowned self] in reload() }
  }

  /// A bad file leaves the old policy in force.
  private func reload() {
    EventLoop.spawn { [self] in
      guard let governor, !isEnding else { return }
      do throws(PolicyChangeError) {
        guard let change = try await governor.reload() else { return }
        log.info(
          "policy applied",
          metadata: [
            "generation": "\(change.version.generation)",
            "changed": "\(change.changed.prefix(20).joined(separator: ", "))",
          ])
      } catch {
        log.error("policy refused, the old one stays in force", metadata: ["reason": "\(error)"])
      }
    }
  }

  /// Calls under way are answered, everything is written, the process exits 0. A second signal ends it now.
  private func end() {
    if isEnding { exit(0) }
    isEnding = true
    log.info("ending")
    EventLoop.spawn { [self] in
      await server?.close(graceMs: Self.graceMs)
      await node?.close()
      await operators?.close()
      log.info("ended")
      exit(0)
    }
  }
}

/// Why the daemon cannot start: one line for each flag, path or field at fault.
struct StartupError: Error {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Where things are when no flag says so: the system's folders for root, the user's own for others (XDG Base Directory
/// Specification 0.8).
struct Places {
  let socket: String
  let state: String

  init(_ environment: [String: String]) {
    func folder(_ variable: String, _ otherwise: String) -> String {
      guard let value = environment[variable], value.hasPrefix("/") else { return otherwise }
      return value
    }
    let home = environment["HOME"] ?? "/tmp"
    let isRoot = getuid() == 0
    socket = isRoot ? "/run/aigw/control.sock" : folder("XDG_RUNTIME_DIR", "/tmp") + "/aigw/control.sock"
    state = isRoot ? "/var/lib/aigwd" : folder("XDG_STATE_HOME", home + "/.local/state") + "/aigwd"
  }
}
