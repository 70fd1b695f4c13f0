// ControlHost: a lone sidecar's own control service: its policy, its socket, and the reading of its policy files.

import Alerts
import Authority
import Control
import Exchange
import Gateway
import Ledger
import Logging
import Policy
import Reactor

@EventLoop
final class ControlHost {
  private let governor: Governor
  private let sidecar: LoneSidecar
  private let plane: DataPlane
  private let alerts: AlertDesk
  private let watchers = Watchers()
  private let log: Logger
  private var server: ControlServer?
  private var watcher: FileWatcher?
  private var isReloading = false
  private var reloadAgain = false

  init(
    _ plane: DataPlane, alerts: AlertDesk, store: PolicyStore, ledger: Ledger, as identity: SidecarIdentity, log: Logger
  ) {
    let now = WallTime(milliseconds: EventLoop.wallMilliseconds)
    self.plane = plane
    self.alerts = alerts
    self.log = log
    sidecar = LoneSidecar(
      plane, alerts: alerts, as: identity, generation: store.current?.generation ?? .none, startedAt: now)
    governor = Governor(
      ProgramIdentity(
        name: "aigw-sidecar", version: Release.version, pid: ProcessIdentity.pid, startedAt: now),
      store: store, ledger: ledger, watchers: watchers, governed: sidecar)
    let watchers = watchers
    let tell: @EventLoop (Notice) -> Void = { watchers.publish(GatewayEvent($0)) }
    alerts.read = { plane.readings(of: $0, walk: &$1, atMost: AlertLimits.accountsPerLookMax) }
    alerts.onAlert = {
      plane.countAlert(of: $0.budget, kind: $0.kind)
      watchers.publish(GatewayEvent($0))
    }
    watchers.onWatched = { plane.onNotice = $0 ? tell : nil }
  }

  /// Starts to watch the policy files: what counts as changed is everything since `seen`.
  func watch(_ source: PolicySource, since seen: [FileStamp]) {
    guard case .files = source else { return }
    watcher = FileWatcher(since: seen, look: { source.stamps() }) { [unowned self] in reload() }
  }

  /// Starts to answer on the socket at `path`.
  func listen(on path: String) throws(ReactorError) {
    let service = ControlService(product: "aigw-sidecar", version: Release.version)
    governor.serveAlone(on: service)
    let log = log
    server = try ControlServer(on: SocketAddress(path: path), service: service) { caller, reason in
      log.warning("control client dropped", metadata: ["pid": "\(caller.processID)", "reason": "\(reason)"])
    }
  }

  /// Reads the policy files again and brings them into force; bad ones leave the old policy in force.
  func reload() {
    if isReloading {
      reloadAgain = true
      return
    }
    isReloading = true
    EventLoop.spawn { [self] in
      do throws(PolicyChangeError) {
        _ = try await governor.reload()
      } catch { plane.refused(policy: error.description) }
      isReloading = false
      if reloadAgain {
        reloadAgain = false
        reload()
      }
    }
  }

  func close() async {
    watcher?.close()
    await alerts.close()
    await server?.close(graceMs: 500)
  }
}

extension GatewayEvent {
  /// What happened to a call, as watchers are told.
  init(_ notice: Notice) {
    let kind: Kind =
      switch notice.kind {
      case .refusal: .refusal
      case .failover: .failover
      case .circuit: .circuit
      case .shadow: .shadow
      }
    self.init(at: notice.at, kind: kind, subject: notice.subject, message: notice.message, details: notice.details)
  }
}
