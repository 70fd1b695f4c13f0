// Loops: the loop breaker in the path: an agent that asks the same again and again is told to stop.

import Exchange
import Guard
import JSON
import Policy
import Reactor

/// The breaker of the policy in force; without one a call costs one comparison.
struct Loops {
  private var rule: Policy.LoopBreaker?
  private var breaker: LoopBreaker?

  /// A policy that says the same keeps what was counted.
  mutating func follow(_ rule: Policy.LoopBreaker?) {
    if rule == self.rule { return }
    self.rule = rule
    breaker = rule.map { LoopBreaker(repeats: $0.repeats, withinMs: $0.withinMs, coolDownMs: $0.coolDownMs) }
  }

  /// Why the call may not pass, or nil. Only calls that generate are counted: an embedding asked for twice is no loop.
  @EventLoop mutating func refusal(of call: Call) -> LoopRefusal? {
    guard let rule, call.body != nil, call.endpoint.generates else { return nil }
    let request = call.request
    let prompt = PromptFingerprint(of: request.body.span, by: call.payerLabel)
    guard let verdict = breaker?.came(prompt, at: MonotonicTime(nanoseconds: EventLoop.now)) else { return nil }
    return switch verdict {
    case .passes: nil
    case .tripped(let coolDownMs): LoopRefusal(rule: rule, payer: call.payerLabel, waitMs: coolDownMs, isFirst: true)
    case .cooling(let leftMs): LoopRefusal(rule: rule, payer: call.payerLabel, waitMs: leftMs, isFirst: false)
    }
  }
}

/// A prompt that came too often.
struct LoopRefusal {
  let rule: Policy.LoopBreaker
  let payer: String
  let waitMs: Int64
  /// The first one of its cool-down, which is told to those who watch.
  let isFirst: Bool

  var waitSeconds: Int64 { max(1, (waitMs + 999) / 1000) }

  /// For people: what happened, to whom, what to do. Never the prompt.
  var message: String {
    let who = payer.isEmpty ? "" : " from \(payer)"
    return
      "The same prompt came more than \(rule.repeats) times within \(rule.withinMs / 1000) seconds\(who), which looks "
      + "like a loop. It is refused for \(waitSeconds) more seconds; other prompts pass."
  }
}

extension Rescue {
  /// `x-should-retry: false` stops the retries of OpenAI's and Anthropic's SDKs: each would be refused as well.
  init(_ refusal: LoopRefusal) {
    self.init(
      Fault(
        party: .agent, status: 429, type: "rate_limit_exceeded", code: "loop_detected", message: refusal.message))
    details = [("retryAfterMs", .integer(refusal.waitMs))]
    fields = [
      ("x-should-retry", "false"), ("retry-after", String(refusal.waitSeconds)),
      ("retry-after-ms", String(max(1, refusal.waitMs))),
    ]
  }
}
