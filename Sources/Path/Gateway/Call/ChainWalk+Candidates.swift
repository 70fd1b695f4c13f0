// ChainWalk+Candidates: which candidates a call may be tried on, by their conditions and by what its budgets still pay for.

import Admission
import Bytes
import Dialects
import Exchange
import Hub
import Reactor

extension ChainWalk {
  /// The candidates whose conditions hold for the call now; the others are passed over and counted as nobody's failure.
  func eligible(_ candidates: [LiveCandidate]) -> [LiveCandidate] {
    if !route.hasConditions { return candidates }
    let now = DataPlane.wallTime()
    return candidates.filter { candidate in
      guard let condition = candidate.condition else { return true }
      let facts = ConditionFacts(
        model: call.model, now: now, headers: { call.conditionHeaders },
        remaining: {
          plane.till.admission.remaining(at: now) {
            serving.selectors.value(of: $0, for: call, at: candidate.backend.name)
          }
        })
      switch condition.answer(facts) {
      case .holds: return true
      case .fails:
        call.trace.steps.append(.passedOver(candidate.backend.name, reason: "\(condition.text) is false"))
      case .cannotTell(let why):
        call.trace.steps.append(.passedOver(candidate.backend.name, reason: "\(condition.text) has no value: \(why)"))
        complain(why, condition, candidate)
      }
      return false
    }
  }

  /// Once for each candidate of a policy: an agent must not be able to fill the log.
  private func complain(_ why: String, _ condition: CandidateCondition, _ candidate: LiveCandidate) {
    if candidate.hasComplained { return }
    candidate.hasComplained = true
    plane.log.warning(
      "a condition has no value, so its candidate is passed over",
      metadata: [
        "request": "\(call.id)", "model": "\(call.model?.text ?? "")", "backend": "\(candidate.backend.name)",
        "when": "\(condition.text)", "reason": "\(why)",
      ])
  }

  /// No candidate's condition holds: too little is left of the tightest budget, or it is not the time or the call for it.
  func refuseForConditions() {
    let conditions = route.candidates.compactMap { candidate in
      candidate.condition.map { "\(candidate.backend.name) when \($0.text)" }
    }
    guard let asked = route.candidates.first(where: { $0.condition?.readsBudgets ?? false }),
      let refusal = tightestRefusal(on: asked)
    else { return call.send(Rescue(noCandidateOf: call.model, asked: conditions)) }
    plane.till.refuse(call, plane.till.rescue(refusal, for: call, conditions: conditions), refusal)
  }

  private func tightestRefusal(on candidate: LiveCandidate) -> Refusal? {
    let now = DataPlane.wallTime()
    let all = plane.till.admission.remaining(at: now) {
      serving.selectors.value(of: $0, for: call, at: candidate.backend.name)
    }
    guard let tightest = all.min(by: { $0.fraction < $1.fraction }), tightest.left < tightest.capacity else {
      return nil
    }
    return plane.till.admission.refusal(by: tightest.budget, at: now) {
      serving.selectors.value(of: $0, for: call, at: candidate.backend.name)
    }
  }

  /// Whether the candidate is in service and its circuit lets the call through; one passed over counts as tried. The last
  /// candidate of a call that asked nobody is asked in spite of its circuit, which is there to spare time, not to refuse.
  func mayAsk(_ candidate: LiveCandidate, isLast: Bool) -> Bool {
    let backend = candidate.backend
    let obstacle: String
    if backend.isDrained {
      obstacle = "drained"
    } else if !call.canBeAsked(in: backend.dialect(for: call)) {
      passOver(candidate, unsaid: Meaning.untranslatable(call.request))
      return false
    } else {
      if backend.circuit.admits(at: MonotonicTime(nanoseconds: EventLoop.now)) { return true }
      if isLast, call.attempts == 0 { return true }
      obstacle = "circuit open"
    }
    noteFailure(Failure(backend.name, .passedOver(obstacle)))
    return false
  }

  /// A budget has no room for the call on `candidate`; the chain goes on, and the refusal that ends first is kept for the
  /// agent in case no other candidate is asked.
  func passOver(_ candidate: LiveCandidate, _ rescue: Rescue, _ refusal: Refusal) {
    call.tried.append(Failure(candidate.backend.name, .refused(refusal)))
    if let kept = call.refused, kept.refusal.endsBefore(refusal) { return }
    call.refused = (rescue, refusal)
  }

  /// The call cannot be understood, or the candidate's dialect has no words for it; the chain goes on, and the first such
  /// fault is kept for the agent.
  func passOver(_ candidate: LiveCandidate, unsaid fault: Fault) {
    noteFailure(Failure(candidate.backend.name, .unsaid(fault)))
    if call.unsaid == nil { call.unsaid = fault }
  }

  /// What the candidate would bill cannot be bounded; the chain goes on, and the first such fault is kept for the agent.
  func passOver(_ candidate: LiveCandidate, unbounded fault: Fault) {
    noteFailure(Failure(candidate.backend.name, .unbounded(fault)))
    if call.unbounded == nil { call.unbounded = fault }
  }

  private func noteFailure(_ failure: Failure) {
    call.tried.append(failure)
    call.trace.steps.append(.failed(failure.backend, trigger: failure.trigger, reason: failure.reason))
  }
}

extension Refusal {
  /// Coming back makes sense earlier than after `other`, or as early.
  fileprivate func endsBefore(_ other: Refusal) -> Bool {
    guard let mine = retryAfterMs else { return false }
    return other.retryAfterMs.map { mine <= $0 } ?? true
  }
}

extension ChainWalk {
  /// How many tokens a request has that no provider of its chain counts, as far as has been learned of its model; nil where
  /// the call asks for something else, or a provider that does count has said what is wrong with it.
  var estimatedCount: ByteSlice? {
    guard call.endpoint.kind == .count, let spoke = call.dialect.adapter.counting else { return nil }
    for failure in call.tried {
      if let reply = failure.reply, !reply.isRewritten, ![404, 405, 501].contains(reply.status) { return nil }
    }
    let model = route.candidates.first?.providerModel(for: call.model) ?? ModelName("")
    return spoke.body(ofCount: plane.till.estimates.likely(model, bytes: call.bytes).value)
  }
}
