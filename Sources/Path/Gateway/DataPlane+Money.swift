// DataPlane+Money: reserving before an attempt and settling after it.

import Admission
import Exchange
import Meters
import Prices
import Reactor
import Upstream

/// What admission made of a call.
enum Admitted: ~Copyable {
  case admitted(Reservation)
  /// The reply to give, and the budget that refused, where one did.
  case refused(Rescue, Refusal?)
}

extension DataPlane {
  /// Reserves the worst price of asking `candidate`, waiting for a lease only where none was asked for ahead of need.
  func admit(_ call: Call, to candidate: LiveCandidate, under serving: Serving) async -> Admitted {
    let model = candidate.providerModel(for: call.model) ?? ModelName("")
    let choices = call.body?.choices ?? 1
    var ask = Ask(
      input: call.body == nil ? .zero : estimates.bound(model, bytes: call.bytes),
      output: call.outputBound(
        standard: serving.policy.limits.maxOutputTokensDefault, raisedTo: candidate.backend.outputMin(for: call)),
      outputFloor: call.mayBoundOutput ? Ask.outputFloor * choices : nil)
    if serving.countsMoney, !DearerService.isAsked(in: call.request.body) {
      ask.price = candidate.pricing(for: call.model)
        .worst(input: ask.input, holding: DearerContent(of: call.request.body))
    }
    let costing = candidate.costing(of: call)
    let startedAt = EventLoop.now
    var ticket: QueueTicket?
    // However it ends: a place in line that nobody gives back would stop all behind it.
    defer { if let ticket { admission.leave(ticket) } }
    var rounds = 0
    var waitedMs: Int64 = 0
    while true {
      let verdict = admission.reserve(ask, ticket: ticket, at: Self.wallTime()) { name, input, output in
        serving.costs.bound(name, input: input, output: output, for: costing)
      } value: {
        serving.selectors.value(of: $0, for: call, at: candidate.backend.name)
      }
      switch consume verdict {
      case .admitted(let reservation):
        askAhead()
        call.trace.steps.append(
          .reserved(
            candidate.backend.name, input: reservation.input, output: reservation.output,
            isFitted: reservation.fittedOutput != nil, budgets: admission.holds(of: reservation)))
        return .admitted(reservation)
      case .refused(let refusal): return .refused(rescue(refusal, for: call, under: serving), refusal)
      case .needsLease(let marks):
        guard await makeDurable(marks) else { return .refused(Rescue(Self.ledgerFault), nil) }
      case .needsMarks(let meters):
        guard await recollect(meters) else { return .refused(Rescue(Self.ledgerFault), nil) }
      case .waits(let wait):
        ticket = wait.ticket
        let waited = Int64((EventLoop.now - startedAt) / 1_000_000)
        guard waited < wait.maxWaitMs, !call.agent.isGone, !isDraining else {
          return .refused(rescue(wait.refusal, for: call, under: serving), wait.refusal)
        }
        await line.wait(wait.ticket, atMostMs: min(wait.afterMs, wait.maxWaitMs - waited))
      case .needsCredit(let wishes):
        rounds += 1
        guard rounds <= CreditLimits.roundsMax, await send(wishes) || admission.spendsUnheard else {
          return .refused(Rescue(Self.authorityFault), nil)
        }
      case .recalled(let refusal, let afterMs):
        // Others are giving back what they do not need: there may be room in a moment.
        guard waitedMs < CreditLimits.patienceMs, !call.agent.isGone else {
          return .refused(rescue(refusal, for: call, under: serving), refusal)
        }
        waitedMs += afterMs
        await Timer.pause(milliseconds: afterMs)
      }
    }
  }

  /// Holds more for a stream without a bound; by how much. 0: nothing is left, or not yet.
  func grow(
    _ reservation: inout Reservation, by more: TokenCount, for call: Call, at candidate: LiveCandidate
  ) -> TokenCount {
    let costing = candidate.costing(of: call)
    let grown = admission.grow(&reservation, by: more, at: Self.wallTime()) { name, input, output in
      call.costs.bound(name, input: input, output: output, for: costing)
    }
    askAhead()
    return grown
  }

  private enum CreditLimits {
    /// Times one call asks for credit: each answer changes what is known, so more than a few mean that it never fits.
    static let roundsMax = 16
    /// How long one call waits for credit that other sidecars give back.
    static let patienceMs: Int64 = 1_000
  }

  /// Books what an attempt cost and leaves a receipt.
  func settle(
    _ reservation: consuming Reservation, _ ending: Ending, _ call: Call, _ candidate: LiveCandidate
  ) {
    let now = EventLoop.now
    let wall = Self.wallTime()
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
      let isUnknown = usage.basis == .estimated && usage.output == nil
      // What nobody will ever know is written down as it is booked: as it was held.
      if isUnknown, !admission.holds(of: reservation).isEmpty { usage.output = reservation.output }
      booked = usage
      cost = pricing.cost(of: usage)
      let costing = candidate.costing(of: call)
      let usd = isUnknown ? nil : pricing.booked(cost)
      let settlement = admission.settle(reservation, usage: usage, usd: usd, at: wall) { name in
        isUnknown ? nil : call.costs.cost(name, of: usage, for: costing)
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
    line.wake(admission.hasWakes ? admission.takeWakes() : [])
    books.record(
      Receipt(
        request: call.id, attempt: call.attempts, endedAt: wall, model: call.model ?? ModelName(""),
        backend: candidate.backend.name, providerModel: providerModel, payer: call.payerLabel,
        user: call.payer.user, team: call.payer.team, tenant: call.payer.tenant, pod: call.payer.pod.name,
        usage: booked ?? Usage(), cost: cost,
        priceRow: booked == nil ? nil : candidate.priceRow(for: call.model), isDisputed: isDisputed,
        state: ending.usage.map { $0.basis == .reported ? .settled : .estimated } ?? .failed, status: ending.status,
        reserved: held, fittedOutput: fitted, latencyUs: latencyUs, firstTokenUs: ending.firstTokenUs))
    log.debug(
      "attempt",
      metadata: [
        "request": "\(call.id)", "backend": "\(candidate.backend.name)", "status": "\(ending.status)",
        "microseconds": "\(latencyUs)",
      ])
  }

  /// Nobody was asked after all.
  func giveBack(_ reservation: consuming Reservation) {
    admission.release(reservation, at: Self.wallTime())
    line.wake(admission.hasWakes ? admission.takeWakes() : [])
  }

  private func noteSettlement(_ settlement: Settlement, of call: Call) {
    log.warning(
      settlement.isDisputed ? "the provider's usage contradicts itself" : "a call cost more than it had reserved",
      metadata: [
        "request": "\(call.id)", "budgets": "\(settlement.overdrawn.map(\.text).joined(separator: ", "))",
      ])
  }

  /// A refusal leaves a receipt too: nobody was asked and nothing was spent.
  func recordRefusal(_ call: Call) {
    books.record(
      Receipt(
        request: call.id, attempt: 0, endedAt: Self.wallTime(), model: call.model ?? ModelName(""),
        payer: call.payerLabel, user: call.payer.user, team: call.payer.team, tenant: call.payer.tenant,
        pod: call.payer.pod.name, usage: Usage(), state: .refused, status: 429,
        latencyUs: Int64((EventLoop.now - call.startedAt) / 1000)))
  }

  func leaseAhead() {
    let marks = admission.leasesWanted(at: Self.wallTime())
    if marks.isEmpty { return }
    EventLoop.spawn { [self] in
      _ = await makeDurable(marks)
    }
  }
}
