// Node: what a daemon governs: the sidecars beside it, their shared budgets and their receipts.

import Alerts
import Control
import Exchange
import JSON
import Ledger
import Logging
import Meters
import Policy
import Prices
import Reactor

/// Everything that is `aigwd`'s and no lone sidecar's.
@EventLoop
public final class Node: Governed {
  private let subscribers = Subscribers()
  private let questions = Questions()
  private let watchers: Watchers
  private let writer: LedgerWriter
  private let leases: LeaseOffice
  private let alerts: AlertDesk
  private let log: Logger
  /// The ledger's last failure, until a write succeeds.
  private var ledgerProblem: String?
  /// Receipts written since the start.
  public private(set) var receiptCount = 0
  /// Writes the ledger could not make.
  public private(set) var ledgerFailures = 0
  /// Alerts told since the start, by budget and kind.
  public private(set) var alertCounts: [BudgetName: [String: Int]] = [:]

  /// Takes up what `ledger` remembers. Blocks; throws when it cannot be read.
  public init(
    _ ledger: Ledger, watchers: Watchers, alerts: AlertDesk, log: Logger
  ) throws(LedgerError) {
    self.watchers = watchers
    self.alerts = alerts
    self.log = log
    writer = LedgerWriter(ledger)
    leases = try LeaseOffice(ledger, writer)
    leases.onRecall = { [unowned self] in subscribers.recall($0) }
    leases.onProblem = { [unowned self] in failed($0) }
    alerts.read = { [unowned self] in leases.readings(of: $0, walk: &$1, atMost: AlertLimits.accountsPerLookMax) }
    alerts.onAlert = { [unowned self] in tell($0) }
    watchers.onWatched = { [unowned self] in subscribers.setWatched($0) }
    subscribers.onVisit = { [unowned self] in visited($0, isHere: $1) }
  }

  /// Adds the methods that sidecars call.
  public func serve(on service: ControlService) {
    service.stream("Subscribe", keeping: .newest(merge: SubscriptionState.merged)) {
      [self] call, subscription throws(ControlError) in
      guard let identity = SidecarIdentity(call.parameters.document("sidecar")) else {
        throw .invalidParameter("sidecar")
      }
      try check(identity.holder, call)
      subscribers.add(identity, call.caller, subscription)
    }
    service.on("Acknowledge") { [self] call throws(ControlError) in try acknowledge(call) }
    service.on("Lease") { [self] call throws(ControlError) in try await lease(call) }
    service.on("Report") { [self] call throws(ControlError) in try await report(call) }
  }

  /// Brings a policy into force that was there before the node: at the start.
  public func begin(with version: PolicyVersion) {
    EventLoop.spawn { [self] in _ = await distribute(version, timeoutMs: 0) }
  }

  /// Sends the sidecars away and writes down what is left.
  public func close() async {
    leases.close()
    await alerts.close()
    subscribers.close()
    await writer.close()
  }

  // MARK: methods of sidecars

  private func acknowledge(_ call: ControlCall) throws(ControlError) -> JSONValue {
    let holder = try check(HolderName(call.parameters.string("holder")), call)
    let diagnostics = call.parameters.list("diagnostics").compactMap { ControlError.Diagnostic($0.json) }
    let generation = Generation(call.parameters.integer("generation"))
    let isApplied = call.parameters.bool("applied")
    guard subscribers.acknowledged(holder, generation, applied: isApplied, diagnostics: diagnostics) else {
      throw .unknownSidecar(holder: holder.text)
    }
    if !isApplied {
      let name = subscribers.roster.identity(of: holder)?.name ?? holder.text
      log.warning(
        "policy refused by a sidecar",
        metadata: [
          "sidecar": "\(name)", "generation": "\(generation)",
          "reason": "\(diagnostics.map(\.description).joined(separator: "; "))",
        ])
    }
    return [:]
  }

  private func lease(_ call: ControlCall) async throws(ControlError) -> JSONValue {
    let holder = try check(HolderName(call.parameters.string("holder")), call)
    let list = call.parameters.list("wishes")
    if list.count > Limits.wishesMax { throw .invalidParameter("wishes") }
    var wishes: [LeaseWish] = []
    for (index, fields) in list.enumerated() {
      guard let wish = LeaseWish(fields.json) else { throw .invalidParameter("wishes[\(index)]") }
      wishes.append(wish)
    }
    do throws(LedgerError) {
      let grants = try await leases.lease(wishes, of: holder)
      if leases.owesNothing { ledgerProblem = nil }
      return ["grants": .array(grants.map(\.json))]
    } catch { throw failed(error) }
  }

  private func report(_ call: ControlCall) async throws(ControlError) -> JSONValue {
    let holder = try check(HolderName(call.parameters.string("holder")), call)
    let report = try Report(call.parameters)
    let name = subscribers.roster.identity(of: holder)?.name ?? holder.text
    if let status = report.status { subscribers.reported(holder, status) }
    for answer in report.answers { questions.answered(answer.ticket, by: holder, answer.explanation) }
    for var event in report.events {
      event.sidecar = name
      watchers.publish(event)
    }
    let receipts = report.receipts.map { receipt in
      var receipt = receipt
      receipt.sidecar = receipt.sidecar ?? name
      return receipt
    }
    do throws(LedgerError) {
      try await writer.write(receipts: receipts)
      receiptCount += receipts.count
      if !receipts.isEmpty { ledgerProblem = nil }
    } catch { throw failed(error) }
    return [:]
  }

  /// Nobody speaks for the sidecar of another user; root may, for it could anyway.
  @discardableResult
  private func check(_ holder: HolderName, _ call: ControlCall) throws(ControlError) -> HolderName {
    let uid = call.caller.user.number
    guard (1...Limits.holderBytesMax).contains(holder.text.utf8.count) else { throw .invalidParameter("holder") }
    if uid != 0, !subscribers.roster.admits(holder, uid: Int64(uid)) { throw .unknownSidecar(holder: holder.text) }
    return holder
  }

  @discardableResult
  private func failed(_ error: LedgerError) -> ControlError {
    ledgerProblem = error.description
    ledgerFailures += 1
    log.error("ledger not written", metadata: ["reason": "\(error)"])
    return .ledgerUnavailable(reason: error.description)
  }

  private func visited(_ sidecar: SidecarIdentity, isHere: Bool) {
    if !isHere { questions.left(sidecar.holder) }
    let message = isHere ? "sidecar connected" : "sidecar disconnected"
    log.info("\(message)", metadata: ["sidecar": "\(sidecar.name)", "version": "\(sidecar.version)"])
    watchers.publish(
      GatewayEvent(at: .now, kind: .sidecar, sidecar: sidecar.name, subject: sidecar.name, message: message))
  }

  private func tell(_ alert: Alert) {
    alertCounts[alert.budget, default: [:]][alert.kind, default: 0] += 1
    watchers.publish(GatewayEvent(alert))
  }

  // MARK: Governed

  public func obstacles(to policy: Policy) -> [Diagnostic] {
    do throws(PolicyError) {
      _ = try policy.budgetRules(read: Files.zone)
      return alerts.obstacles(to: policy)
    } catch { return error.diagnostics }
  }

  public func distribute(_ version: PolicyVersion, timeoutMs: Int64) async -> [Acknowledgement] {
    // Budgets first: a sidecar that has the new policy already asks for leases of it.
    // The rules of an accepted policy were asked for before, in `obstacles`.
    leases.grantsUnwritten = version.policy.limits.onLedgerLoss == .failOpen
    if let rules = try? version.policy.budgetRules(read: Files.zone) { leases.replace(rules: rules) }
    do throws(AlertError) {
      try alerts.apply(version.policy)
    } catch { log.error("alerts not changed, the old ones stay", metadata: ["reason": "\(error)"]) }
    return await subscribers.distribute(version, timeoutMs: timeoutMs)
  }

  public func budgetAccounts(of name: BudgetName?) -> [BudgetAccount] {
    leases.readings(of: name).map { BudgetAccount($0) }
  }

  public func backendStatuses() -> [BackendName: SidecarStatus.Backend] { subscribers.roster.backends() }

  public func sidecarAccounts() -> [SidecarAccount] { subscribers.roster.accounts(newest: subscribers.newest) }

  public func prices(of model: String?) -> [JSONValue] {
    (subscribers.version?.policy.priceTable() ?? PriceTable()).json(model: model, at: .now)
  }

  public func explain(_ request: String) async -> JSONValue? {
    await questions.explain(request, of: subscribers.roster.connected) { subscribers.ask($0, $1) }
  }

  public var warnings: [String] { ledgerProblem.map { [$0] } ?? [] }
}
