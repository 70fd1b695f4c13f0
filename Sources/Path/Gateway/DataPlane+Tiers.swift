// DataPlane+Tiers: which candidates a call may be tried on, by their conditions and by what its budgets still pay for.

import Admission
import Exchange

extension DataPlane {
  /// The candidates whose conditions hold for the call now; the others are passed over and counted as nobody's failure.
  func eligible(
    _ candidates: [LiveCandidate], of route: Route, for call: Call, under serving: Serving
  ) -> [LiveCandidate] {
    if !route.hasConditions { return candidates }
    let now = Self.wallTime()
    return candidates.filter { candidate in
      guard let condition = candidate.condition else { return true }
      let facts = ConditionFacts(
        model: call.model, now: now, headers: { call.conditionHeaders },
        remaining: {
          self.admission.remaining(at: now) { serving.selectors.value(of: $0, for: call, at: candidate.backend.name) }
        })
      switch condition.answer(facts) {
      case .holds: return true
      case .fails:
        call.trace.steps.append(.passedOver(candidate.backend.name, reason: "\(condition.text) is false"))
      case .cannotTell(let why):
        call.trace.steps.append(.passedOver(candidate.backend.name, reason: "\(condition.text) has no value: \(why)"))
        complain(why, condition, candidate, call)
      }
      return false
    }
  }

  /// Once for each candidate of a policy: an agent must not be able to fill the log.
  private func complain(_ why: String, _ condition: CandidateCondition, _ candidate: LiveCandidate, _ call: Call) {
    if candidate.hasComplained { return }
    candidate.hasComplained = true
    log.warning(
      "a condition has no value, so its candidate is passed over",
      metadata: [
        "request": "\(call.id)", "model": "\(call.model?.text ?? "")", "backend": "\(candidate.backend.name)",
        "when": "\(condition.text)", "reason": "\(why)",
      ])
  }

  /// No candidate's condition holds: too little is left of the tightest budget, or it is not the time or the call for it.
  func refuseForConditions(_ call: Call, _ route: Route, under serving: Serving) {
    let conditions = route.candidates.compactMap { candidate in
      candidate.condition.map { "\(candidate.backend.name) when \($0.text)" }
    }
    guard let asked = route.candidates.first(where: { $0.condition?.readsBudgets ?? false }),
      let refusal = tightestRefusal(of: call, on: asked, under: serving)
    else { return refuse(call, Rescue(noCandidateOf: call.model, asked: conditions), nil) }
    refuse(call, rescue(refusal, for: call, under: serving, conditions: conditions), refusal)
  }

  private func tightestRefusal(of call: Call, on candidate: LiveCandidate, under serving: Serving) -> Refusal? {
    let now = Self.wallTime()
    let all = admission.remaining(at: now) { serving.selectors.value(of: $0, for: call, at: candidate.backend.name) }
    guard let tightest = all.min(by: { $0.fraction < $1.fraction }), tightest.left < tightest.capacity else {
      return nil
    }
    return admission.refusal(by: tightest.budget, at: now) {
      serving.selectors.value(of: $0, for: call, at: candidate.backend.name)
    }
  }

  /// A budget has no room for the call on `candidate`; the chain goes on, and the refusal that ends first is kept for the
  /// agent in case no other candidate is asked.
  func passOver(_ candidate: LiveCandidate, for call: Call, _ rescue: Rescue, _ refusal: Refusal) {
    call.tried.append(Failure(refusal, of: candidate.backend.name))
    if let kept = call.refused, kept.refusal.endsBefore(refusal) { return }
    call.refused = (rescue, refusal)
  }

  /// The call cannot be understood, or the candidate's dialect has no words for it; the chain goes on, and the first such
  /// fault is kept for the agent.
  func passOver(_ candidate: LiveCandidate, for call: Call, unsaid fault: Fault) {
    let failure = Failure(unsaid: fault, of: candidate.backend.name)
    call.tried.append(failure)
    call.trace.steps.append(.failed(failure.backend, trigger: nil, reason: failure.reason))
    if call.unsaid == nil { call.unsaid = fault }
  }
}

extension Refusal {
  /// Coming back makes sense earlier than after `other`, or as early.
  fileprivate func endsBefore(_ other: Refusal) -> Bool {
    guard let mine = retryAfterMs else { return false }
    return other.retryAfterMs.map { mine <= $0 } ?? true
  }
}
