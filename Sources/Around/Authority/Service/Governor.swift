// Governor: the methods of io.aigw.Control, each a few lines over the policy, the ledger and what is governed.

import Control
import Exchange
import JSON
import Ledger
import Policy
import Reactor

/// Serves people and programs that look at a gateway and change it. What only sidecars call of a daemon is `Node`'s.
@EventLoop
public final class Governor {
  let program: ProgramIdentity
  let store: PolicyStore
  let ledger: Ledger
  let watchers: Watchers
  let governed: any Governed
  var changes = 0
  var refusals = 0

  public init(
    _ program: ProgramIdentity, store: PolicyStore, ledger: Ledger, watchers: Watchers, governed: any Governed
  ) {
    self.program = program
    self.store = store
    self.ledger = ledger
    self.watchers = watchers
    self.governed = governed
    store.alsoCheck = { [unowned governed] in governed.obstacles(to: $0) }
    store.onGivenUp = { [unowned governed] in governed.gaveUp() }
  }

  /// Adds every method to `service` but those of `Node`.
  public func serve(on service: ControlService) {
    service.on("GetStatus") { [self] _ in await status() }
    service.on("GetPolicy") { [self] _ in policy() }
    service.on("PatchPolicy") { [self] call throws(ControlError) in try await patchPolicy(call.parameters) }
    service.on("SetBudget") { [self] call throws(ControlError) in try await setBudget(call.parameters) }
    service.on("SetChain") { [self] call throws(ControlError) in try await setChain(call.parameters) }
    service.on("SetBackendState") { [self] call throws(ControlError) in try await setBackendState(call.parameters) }
    service.on("GetBudgets") { [self] call throws(ControlError) in try budgets(call.parameters) }
    service.on("GetBackends") { [self] _ in backends() }
    service.on("GetSidecars") { [self] _ in ["sidecars": .array(governed.sidecarAccounts().map(\.json))] }
    service.on("GetPrices") { [self] call in ["prices": .array(prices(call.parameters))] }
    service.on("GetUsage") { [self] call throws(ControlError) in try await usage(call.parameters) }
    service.on("GetReceipts") { [self] call throws(ControlError) in try await receipts(call.parameters) }
    service.on("Explain") { [self] call throws(ControlError) in try await explain(call.parameters) }
    service.stream("Watch", keeping: Watchers.keeping) { [self] _, subscription in watchers.add(subscription) }
  }

  /// Adds the methods that only a daemon has, as those of a sidecar that hosts its own service.
  public func serveAlone(on service: ControlService) {
    serve(on: service)
    for method in ["Acknowledge", "Lease", "Report"] {
      service.on(method) { _ throws(ControlError) in throw .notADaemon(method: method) }
    }
    service.stream("Subscribe", keeping: .newest { $1 }) { _, _ throws(ControlError) in
      throw .notADaemon(method: "Subscribe")
    }
  }
}

/// What the metrics of a program say of its policy.
public struct GovernorStatistics: Hashable, Sendable {
  public let generation: Int
  /// Policies that came into force since the start, and changes that were refused.
  public let changes: Int
  public let refusals: Int
}

extension Governor {
  public var statistics: GovernorStatistics {
    GovernorStatistics(
      generation: Int((store.current?.generation ?? .none).number), changes: changes, refusals: refusals)
  }
}

/// Who serves, as GetStatus tells it.
public struct ProgramIdentity: Hashable, Sendable {
  public var name: String
  public var version: String
  public var pid: Int32
  public var startedAt: WallTime

  public init(name: String, version: String, pid: Int32, startedAt: WallTime) {
    self.name = name
    self.version = version
    self.pid = pid
    self.startedAt = startedAt
  }
}
