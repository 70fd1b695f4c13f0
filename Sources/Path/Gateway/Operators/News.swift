// News: what happened to calls and backends, told to whoever looks: counted, logged, and sent to those who watch.

import Admission
import Exchange
import JSON
import Logging
import Policy
import Reactor
import Routing
import Telemetry

/// Something that happened, for those who watch. It names budgets, backends and numbers only.
public struct Notice: Sendable {
  public enum Kind: String, Sendable {
    case refusal
    case failover
    case circuit
    /// A shadow budget let a call pass that it would have refused.
    case shadow
  }

  public let at: WallTime
  public let kind: Kind
  /// The budget, or the backend that was given up on.
  public let subject: String
  public let message: String
  public let details: JSONValue
}

@EventLoop
final class News {
  let metrics: Metrics
  let log: Logger
  /// Set while somebody watches.
  var onNotice: (@EventLoop (Notice) -> Void)?

  init(metrics: Metrics, log: Logger) {
    self.metrics = metrics
    self.log = log
  }

  func refused(_ refusal: Refusal, _ call: Call) {
    metrics.refused(budget: refusal.budget.text)
    tell(.refusal, refusal.budget.text, refusal.message, call.facts)
  }

  func refused(_ refusal: LoopRefusal, _ call: Call) {
    metrics.loopRefusals += 1
    guard refusal.isFirst else { return }
    log.warning("loop detected", metadata: ["request": "\(call.id)", "reason": "\(refusal.message)"])
    tell(.refusal, "loopBreaker", refusal.message, call.facts)
  }

  func wouldHaveRefused(_ refusal: Refusal, _ call: Call) {
    metrics.wouldHaveRefused(budget: refusal.budget.text)
    log.info(
      "a shadow budget would have refused a call",
      metadata: ["request": "\(call.id)", "budget": "\(refusal.budget)", "reason": "\(refusal.message)"])
    tell(.shadow, refusal.budget.text, "would refuse: \(refusal.message)", call.facts)
  }

  func failed(_ failure: Failure, _ call: Call) {
    log.info(
      "candidate failed",
      metadata: [
        "request": "\(call.id)", "backend": "\(failure.backend)", "trigger": "\(failure.trigger?.rawValue ?? "none")",
        "reason": "\(failure.reason)",
      ])
  }

  func failedOver(from failure: Failure, to backend: BackendName, _ call: Call) {
    let trigger = failure.trigger?.rawValue ?? ""
    metrics.fellBack(from: failure.backend.text, to: backend.text, reason: trigger)
    if onNotice == nil { return }
    tell(
      .failover, failure.backend.text, "\(failure.backend): \(failure.reason); going on with \(backend)",
      [
        ("request", .string(call.id.description)), ("model", .string(call.model?.text ?? "")),
        ("from", .string(failure.backend.text)), ("to", .string(backend.text)), ("trigger", .string(trigger)),
      ])
  }

  /// - Parameter cause: what opened it; nil for one that closed.
  func circuitChanged(_ change: CircuitChange, of backend: BackendName, because cause: String?) {
    let state: String
    let message: String
    switch change {
    case .opened(let until):
      state = "open"
      let waitMs = max(0, (Int64(until.nanoseconds) - Int64(EventLoop.now)) / 1_000_000)
      message = "\(backend): circuit open, nobody is asked for \(waitMs) ms: \(cause ?? "it failed")"
    case .closed:
      state = "closed"
      message = "\(backend): circuit closed, it answers again"
    }
    log.warning("circuit \(state)", metadata: ["backend": "\(backend)", "reason": "\(cause ?? "it answers again")"])
    tell(.circuit, backend.text, message, [("backend", .string(backend.text)), ("state", .string(state))])
  }

  private func tell(
    _ kind: Notice.Kind, _ subject: String, _ message: String,
    _ details: @autoclosure () -> [(name: String, value: JSONValue)]
  ) {
    guard let onNotice else { return }
    onNotice(
      Notice(at: DataPlane.wallTime(), kind: kind, subject: subject, message: message, details: .object(details())))
  }
}

extension Call {
  fileprivate var facts: [(name: String, value: JSONValue)] {
    [
      ("request", .string(id.description)), ("payer", .string(payerLabel)), ("model", .string(model?.text ?? "")),
    ]
  }
}
