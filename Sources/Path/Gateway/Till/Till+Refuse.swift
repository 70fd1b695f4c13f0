// Till+Refuse: calls that are refused for money's sake: counted, told, put on record, answered.

import Admission
import Exchange
import Guard

extension Till {
  /// The reply to a call that a budget refused.
  func rescue(_ refusal: Refusal, for call: Call, conditions: [String] = []) -> Rescue {
    Rescue(
      refusal, in: call.dialect, retryableWithinMs: limits.retryableWithinMs, at: DataPlane.wallTime(),
      conditions: conditions)
  }

  /// A budget said no, or its ledger could not be written.
  func refuse(_ call: Call, _ rescue: Rescue, _ refusal: Refusal?) {
    if let refusal {
      recordRefusal(call)
      news.refused(refusal, call)
    }
    call.send(rescue)
  }

  /// What it would be billed cannot be bounded.
  func refuse(_ call: Call, _ fault: Fault) {
    recordRefusal(call, status: fault.status)
    call.send(Rescue(fault))
  }

  /// The prompt came too often. That leaves a receipt and a trace like every refusal.
  func refuse(_ call: Call, _ refusal: LoopRefusal) {
    recordRefusal(call)
    call.trace.steps.append(.repeated(refusal.message))
    news.refused(refusal, call)
    call.send(Rescue(refusal))
  }
}
