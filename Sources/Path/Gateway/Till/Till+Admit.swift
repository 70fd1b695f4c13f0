// Till+Admit: the worst price of asking a candidate is held, or the call is refused.

import Admission
import Exchange
import Hub
import Prices
import Reactor

/// What admission made of a call.
enum Admitted: ~Copyable {
  case admitted(Reservation)
  /// The reply to give, and the budget that refused, where one did.
  case refused(Rescue, Refusal?)
  /// A budget applies, and nobody can say what the call may be billed.
  case unbounded(Fault)
}

extension Till {
  /// Reserves the worst price of asking `candidate`, waiting for a lease only where none was asked for ahead of need.
  func admit(_ call: Call, to candidate: LiveCandidate, under serving: Serving) async -> Admitted {
    if let fault = closed(call, at: candidate, under: serving) { return .unbounded(fault) }
    let model = candidate.providerModel(for: call.model) ?? ModelName("")
    let choices = call.body?.choices ?? 1
    var ask = Ask(
      input: call.body == nil || call.endpoint.isFree ? .zero : estimates.bound(model, bytes: call.bytes),
      output: call.outputBound(
        standard: serving.policy.limits.maxOutputTokensDefault, raisedTo: candidate.backend.outputMin(for: call)),
      outputFloor: call.mayBoundOutput ? Ask.outputFloor * choices : nil)
    ask.charge = call.charge
    if serving.countsMoney { ask.price = price(of: call, ask, at: candidate, under: serving) }
    let startedAt = EventLoop.now
    var ticket: QueueTicket?
    // However it ends: a place in line that nobody gives back would stop all behind it.
    defer { if let ticket { admission.leave(ticket) } }
    var rounds = 0
    var waitedMs: Int64 = 0
    while true {
      let verdict = reserve(ask, ticket, for: call, at: candidate, under: serving)
      switch consume verdict {
      case .admitted(let reservation):
        if !admission.wouldHaveRefused.isEmpty { noteShadows(of: call, at: candidate) }
        askAhead()
        call.trace.steps.append(
          .reserved(
            candidate.backend.name, input: reservation.input, output: reservation.output,
            isFitted: reservation.fittedOutput != nil, budgets: admission.holds(of: reservation)))
        return .admitted(reservation)
      case .refused(let refusal) where refusal.cause == .unpriced && refusal.unit == .usd:
        return .unbounded(unpriced(call, at: candidate, refusal))
      case .refused(let refusal): return .refused(rescue(refusal, for: call), refusal)
      case .needsLease(let marks):
        guard await makeDurable(marks) else { return .refused(Rescue(Self.ledgerFault), nil) }
      case .needsMarks(let meters):
        guard await recollect(meters) else { return .refused(Rescue(Self.ledgerFault), nil) }
      case .waits(let wait):
        ticket = wait.ticket
        let waited = Int64((EventLoop.now - startedAt) / 1_000_000)
        guard waited < wait.maxWaitMs, !call.agent.isGone, !isClosing else {
          return .refused(rescue(wait.refusal, for: call), wait.refusal)
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
          return .refused(rescue(refusal, for: call), refusal)
        }
        waitedMs += afterMs
        await Timer.pause(milliseconds: afterMs)
      }
    }
  }

  @inline(never)
  private func reserve(
    _ ask: Ask, _ ticket: QueueTicket?, for call: Call, at candidate: LiveCandidate, under serving: Serving
  ) -> Verdict {
    let costing = candidate.costing(of: call)
    return admission.reserve(ask, ticket: ticket, at: DataPlane.wallTime()) { name, input, output in
      call.endpoint.isFree ? 0 : serving.costs.bound(name, input: input, output: output, for: costing)
    } value: {
      serving.selectors.value(of: $0, for: call, at: candidate.backend.name)
    }
  }

  private enum CreditLimits {
    /// Times one call asks for credit: each answer changes what is known, so more than a few mean that it never fits.
    static let roundsMax = 16
    /// How long one call waits for credit that other sidecars give back.
    static let patienceMs: Int64 = 1_000
  }

  /// Holds more for a stream without a bound; by how much. 0: nothing is left, or not yet.
  func grow(
    _ reservation: inout Reservation, by more: TokenCount, for call: Call, at candidate: LiveCandidate
  ) -> TokenCount {
    let costing = candidate.costing(of: call)
    let grown = admission.grow(&reservation, by: more, at: DataPlane.wallTime()) { name, input, output in
      call.costs.bound(name, input: input, output: output, for: costing)
    }
    askAhead()
    return grown
  }

  /// Budgets that only watch say what they would have refused, once a call.
  private func noteShadows(of call: Call, at candidate: LiveCandidate) {
    for refusal in admission.wouldHaveRefused where !call.wouldBeRefusedBy.contains(refusal.budget) {
      call.wouldBeRefusedBy.append(refusal.budget)
      call.trace.steps.append(.wouldRefuse(candidate.backend.name, refusal))
      news.wouldHaveRefused(refusal, call)
    }
  }
}
