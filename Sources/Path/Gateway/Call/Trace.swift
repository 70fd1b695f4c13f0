// Trace: why one call went the way it did, kept for whoever asks.

import Admission
import Exchange
import JSON

/// What was decided for one call, in order. It names budgets, backends and numbers; never a key, never prompt text.
struct Trace: Sendable {
  enum Step: Sendable {
    /// The price of asking `backend` is held: so many tokens, fitted when less output than asked.
    case reserved(BackendName, input: TokenCount, output: TokenCount, isFitted: Bool, budgets: [Hold])
    case refused(BackendName, Refusal)
    /// A shadow budget would have refused it, and let it pass.
    case wouldRefuse(BackendName, Refusal)
    /// The loop breaker refused the prompt; why, for people.
    case repeated(String)
    /// Credit or the ledger could not be had, so nothing more may be spent.
    case unfunded(BackendName)
    /// Not asked, because its condition does not hold or has no value for this call.
    case passedOver(BackendName, reason: String)
    /// Asked or passed over, and it did not answer.
    case failed(BackendName, trigger: FailoverTrigger?, reason: String)
    case answered(BackendName, status: Int, usage: Usage?)
    case brokenOff(BackendName, status: Int, usage: Usage?)
    case agentGone(BackendName, usage: Usage?)
  }

  let request: RequestID
  let startedAt: WallTime
  let model: ModelName?
  let payer: String
  var steps: [Step] = []
}

extension Trace {
  mutating func ended(_ ending: Ending, at backend: BackendName) {
    switch ending.outcome {
    case .answered: steps.append(.answered(backend, status: ending.status, usage: ending.usage))
    case .brokenOff: steps.append(.brokenOff(backend, status: ending.status, usage: ending.usage))
    case .agentGone: steps.append(.agentGone(backend, usage: ending.usage))
    case .failed(let failure):
      steps.append(.failed(backend, trigger: failure.trigger, reason: failure.reason))
    }
  }
}

/// The traces of the newest calls, in memory only.
struct Traces: Sendable {
  enum Limits {
    /// A few hundred bytes each.
    static let keptMax = 1_024
  }

  private var ring: [Trace] = []
  private var next = 0

  mutating func keep(_ trace: Trace) {
    if ring.count < Limits.keptMax {
      ring.append(trace)
    } else {
      ring[next] = trace
    }
    next = (next + 1) % Limits.keptMax
  }

  /// The call whose identifier is spelled `digits`; nil when it is unknown or too long ago.
  func trace(of digits: String) -> Trace? { ring.first { $0.request.description == digits } }
}

extension Trace {
  /// As the control socket tells it.
  var json: JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("request", .string(request.description)), ("startedAt", .integer(startedAt.milliseconds)),
      ("payer", .string(payer)),
    ]
    if let model { members.append(("model", .string(model.text))) }
    members.append(("steps", .array(steps.map(\.json))))
    return .object(members)
  }
}

extension Trace.Step {
  fileprivate var json: JSONValue {
    switch self {
    case .reserved(let backend, let input, let output, let isFitted, let budgets):
      Self.step(
        "reserved", backend,
        [
          ("inputTokens", .integer(input.value)), ("outputTokens", .integer(output.value)),
          ("fitted", .bool(isFitted)), ("budgets", .array(budgets.map(\.json))),
        ])
    case .refused(let backend, let refusal): Self.step("refused", backend, refusal.members)
    case .wouldRefuse(let backend, let refusal): Self.step("wouldRefuse", backend, refusal.members)
    case .repeated(let message): .object([("step", "repeated"), ("message", .string(message))])
    case .unfunded(let backend): Self.step("unfunded", backend, [])
    case .passedOver(let backend, let reason): Self.step("passedOver", backend, [("reason", .string(reason))])
    case .failed(let backend, let trigger, let reason):
      Self.step(
        "failed", backend,
        (trigger.map { [("trigger", .string($0.rawValue))] } ?? []) + [("reason", .string(reason))])
    case .answered(let backend, let status, let usage):
      Self.step("answered", backend, [("status", .integer(Int64(status)))] + Self.members(of: usage))
    case .brokenOff(let backend, let status, let usage):
      Self.step("brokenOff", backend, [("status", .integer(Int64(status)))] + Self.members(of: usage))
    case .agentGone(let backend, let usage): Self.step("agentGone", backend, Self.members(of: usage))
    }
  }

  private static func step(
    _ word: String, _ backend: BackendName, _ members: [(name: String, value: JSONValue)]
  ) -> JSONValue {
    .object([("step", .string(word)), ("backend", .string(backend.text))] + members)
  }

  private static func members(of usage: Usage?) -> [(name: String, value: JSONValue)] {
    guard let usage else { return [] }
    return [
      ("inputTokens", .integer(usage.input?.value ?? 0)), ("outputTokens", .integer(usage.output?.value ?? 0)),
      ("basis", .string(usage.basis.rawValue)),
    ]
  }
}

extension Refusal {
  fileprivate var members: [(name: String, value: JSONValue)] {
    [
      ("budget", .string(budget.text)), ("scope", .string(scope.text)), ("unit", .string(unit.rawValue)),
      ("limit", .integer(limit)), ("used", .integer(used)), ("reserved", .integer(reserved)),
      ("needed", .integer(needed)), ("resetsAt", .integer(resetsAt.milliseconds)), ("message", .string(message)),
    ]
  }
}

extension Hold {
  fileprivate var json: JSONValue {
    .object([
      ("budget", .string(budget.text)), ("scope", .string(scopeText)), ("unit", .string(unit.rawValue)),
      ("limit", .integer(limit)), ("used", .integer(used)), ("reserved", .integer(reserved)), ("held", .integer(units)),
    ])
  }
}
