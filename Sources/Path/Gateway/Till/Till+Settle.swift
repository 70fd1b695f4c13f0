// Till+Settle: what an attempt cost is booked, and leaves a receipt.

import Admission
import Exchange
import Meters
import Prices
import Reactor
import Upstream

extension Till {
  /// Books what an attempt cost and leaves a receipt.
  func settle(
    _ reservation: consuming Reservation, _ ending: Ending, of call: Call, at candidate: LiveCandidate
  ) {
    let now = EventLoop.now
    let wall = DataPlane.wallTime()
    let held = reservation.tokens
    let latencyUs = Int64((now - ending.startedAt) / 1000)
    let providerModel = candidate.providerModel(for: call.model)
    let series = candidate.series(for: call.model)
    series.ended(status: ending.status, microseconds: latencyUs)
    if let firstTokenUs = ending.firstTokenUs { series.firstTokenCame(afterMicroseconds: firstTokenUs) }
    let fitted = reservation.fittedOutput
    let pricing = candidate.pricing(for: call.model)
    var isDisputed = false
    var booked: Usage?
    var cost: NanoDollars?
    if var usage = ending.usage {
      let isFree = call.endpoint.isFree
      // What is read again has been billed when it was made.
      if isFree { usage = Usage(input: .zero, output: .zero) }
      let isUnknown = usage.basis == .estimated && usage.output == nil
      // What nobody will ever know is written down as it is booked: as it was held.
      if isUnknown, !admission.holds(of: reservation).isEmpty { usage.output = reservation.output }
      booked = usage
      cost = call.charge ?? (isFree ? NanoDollars(0) : pricing.cost(of: usage))
      let costing = candidate.costing(of: call)
      let usd = call.charge ?? (isUnknown ? nil : isFree ? cost : pricing.booked(cost))
      let settlement = admission.settle(reservation, usage: usage, usd: usd, at: wall) { name in
        isUnknown ? nil : isFree ? 0 : call.costs.cost(name, of: usage, for: costing)
      }
      isDisputed = settlement.isDisputed
      if isDisputed || !settlement.overdrawn.isEmpty { noteSettlement(settlement, of: call) }
      series.consumed(
        input: usage.input?.value ?? 0, output: usage.output?.value ?? 0, cachedInput: usage.cachedInput?.value ?? 0,
        reasoning: usage.reasoning?.value ?? 0)
      if usage.basis == .reported, let input = usage.input, let providerModel {
        estimates.learned(providerModel, bytes: call.bytes, tokens: input)
      }
    } else {
      admission.release(reservation, at: wall)
    }
    wakeLine()
    books.record(
      Receipt(
        request: call.id, attempt: call.attempts, endedAt: wall, model: call.model ?? ModelName(""),
        backend: candidate.backend.name, providerModel: providerModel, payer: call.payerLabel,
        user: call.payer.user, team: call.payer.team, tenant: call.payer.tenant, pod: call.payer.pod.name,
        usage: booked ?? Usage(), cost: cost,
        priceRow: booked == nil || call.charge != nil ? nil : candidate.priceRow(for: call.model),
        isDisputed: isDisputed,
        state: ending.usage.map { $0.basis == .reported ? .settled : .estimated } ?? .failed, status: ending.status,
        reserved: held, fittedOutput: fitted, latencyUs: latencyUs, firstTokenUs: ending.firstTokenUs))
    log.debug(
      "attempt",
      metadata: [
        "request": "\(call.id)", "backend": "\(candidate.backend.name)", "status": "\(ending.status)",
        "microseconds": "\(latencyUs)",
      ])
  }

  private func noteSettlement(_ settlement: Settlement, of call: Call) {
    log.warning(
      settlement.isDisputed ? "the provider's usage contradicts itself" : "a call cost more than it had reserved",
      metadata: [
        "request": "\(call.id)", "budgets": "\(settlement.overdrawn.map(\.text).joined(separator: ", "))",
      ])
  }

  /// A refusal leaves a receipt too: nobody was asked and nothing was spent.
  func recordRefusal(_ call: Call, status: Int = 429) {
    books.record(
      Receipt(
        request: call.id, attempt: 0, endedAt: DataPlane.wallTime(), model: call.model ?? ModelName(""),
        payer: call.payerLabel, user: call.payer.user, team: call.payer.team, tenant: call.payer.tenant,
        pod: call.payer.pod.name, usage: Usage(), state: .refused, status: status,
        latencyUs: Int64((EventLoop.now - call.startedAt) / 1000)))
  }
}
