// LoneSidecar: the data plane as its own control service sees it: one sidecar, which governs itself.

import Admission
import Alerts
import Authority
import Control
import Exchange
import Gateway
import JSON
import Policy
import Reactor

@EventLoop
final class LoneSidecar: Governed {
  private let plane: DataPlane
  private let alerts: AlertDesk
  private let identity: SidecarIdentity
  private let startedAt: WallTime
  private(set) var generation: Generation

  init(_ plane: DataPlane, alerts: AlertDesk, as identity: SidecarIdentity, generation: Generation, startedAt: WallTime)
  {
    self.plane = plane
    self.alerts = alerts
    self.identity = identity
    self.generation = generation
    self.startedAt = startedAt
  }

  func obstacles(to policy: Policy) -> [Diagnostic] {
    do throws(StartupError) { try plane.prepare(policy) } catch {
      return [Diagnostic(file: "policy", position: nil, path: "", message: error.description)]
    }
    let obstacles = alerts.obstacles(to: policy)
    if !obstacles.isEmpty { gaveUp() }
    return obstacles
  }

  func gaveUp() { plane.forgetPrepared() }

  func distribute(_ version: PolicyVersion, timeoutMs: Int64) async -> [Acknowledgement] {
    do throws(StartupError) {
      try plane.apply(version.policy)
      generation = version.generation
      applyAlerts(of: version.policy)
      return [Acknowledgement(sidecar: identity.name, state: .applied)]
    } catch {
      plane.refused(policy: error.description)
      return [
        Acknowledgement(
          sidecar: identity.name, state: .refused,
          diagnostics: [.init(path: "", message: error.description, file: nil, line: nil, column: nil)])
      ]
    }
  }

  /// What could not be told was looked for in `obstacles`; what went wrong since leaves the old alerts.
  private func applyAlerts(of policy: Policy) {
    do throws(AlertError) {
      try alerts.apply(policy)
    } catch { plane.refused(policy: error.description) }
  }

  func budgetAccounts(of name: BudgetName?) -> [BudgetAccount] {
    plane.budgetReadings().filter { name == nil || $0.budget == name }.map { BudgetAccount($0) }
  }

  func backendStatuses() -> [BackendName: SidecarStatus.Backend] {
    var statuses: [BackendName: SidecarStatus.Backend] = [:]
    for reading in plane.backendReadings() { statuses[reading.name] = SidecarStatus.Backend(reading) }
    return statuses
  }

  func sidecarAccounts() -> [SidecarAccount] {
    [
      SidecarAccount(
        identity: identity, pid: Int64(ProcessIdentity.pid), uid: Int64(UserID.current.number), generation: generation,
        state: .current, connectedAt: startedAt, calls: Int64(plane.callCount), openCalls: Int64(plane.openCallCount),
        residentBytes: ProcessMemory.residentBytes)
    ]
  }

  func prices(of model: String?) -> [JSONValue] { plane.prices(of: model) }

  func explain(_ request: String) async -> JSONValue? { plane.explain(request) }
}

extension SidecarStatus.Backend {
  init(_ reading: BackendReading) {
    let circuit: CircuitState =
      switch reading.circuit {
      case .closed: .closed
      case .open: .open
      case .halfOpen: .halfOpen
      }
    self.init(
      name: reading.name, circuit: circuit, calls: Int64(reading.calls), failures: Int64(reading.failures))
  }
}
