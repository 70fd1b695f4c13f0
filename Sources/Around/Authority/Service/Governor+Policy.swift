// Governor+Policy: the methods that change the policy: validated, saved, pushed, acknowledged, then answered.

import Control
import Exchange
import JSON
import Policy
import Reactor

extension Governor {
  func policy() -> JSONValue {
    [
      "generation": .integer((store.current?.generation ?? .none).number),
      "policy": store.current?.document ?? [:],
    ]
  }

  func patchPolicy(_ parameters: CheckedFields) async throws(ControlError) -> JSONValue {
    try await change(
      .patch(parameters.document("patch")), parameters,
      expected: parameters.optionalInteger("expected").map { Generation($0) },
      isDryRun: parameters.optionalBool("dryRun") ?? false)
  }

  func setBudget(_ parameters: CheckedFields) async throws(ControlError) -> JSONValue {
    try await change(
      .replace(.budgets, name: parameters.string("name"), with: parameters.optionalDocument("budget")), parameters)
  }

  func setChain(_ parameters: CheckedFields) async throws(ControlError) -> JSONValue {
    try await change(
      .replace(.models, name: parameters.string("model"), with: parameters.optionalDocument("chain")), parameters)
  }

  func setBackendState(_ parameters: CheckedFields) async throws(ControlError) -> JSONValue {
    let isDrained = parameters.string("state") == "drained"
    return try await change(
      .set(.backends, name: parameters.string("backend"), field: "drained", to: isDrained ? true : nil), parameters)
  }

  /// Reads the policy files again and brings them into force. Answers what came of it, for the log; nil where nothing
  /// has changed. Throws when the files cannot be read or the policy in them may not be served; the one in force stays.
  public func reload() async throws(PolicyChangeError) -> PolicyChange? {
    do throws(PolicyChangeError) {
      guard let change = try await store.reload() else { return nil }
      tell(change)
      _ = await governed.distribute(change.version, timeoutMs: 0)
      return change
    } catch {
      refusals += 1
      throw error
    }
  }

  private func change(
    _ edit: PolicyEdit, _ parameters: CheckedFields, expected: Generation? = nil, isDryRun: Bool = false
  ) async throws(ControlError) -> JSONValue {
    let before = store.current?.generation
    let change: PolicyChange
    do throws(PolicyChangeError) {
      change = try await store.change(edit, expected: expected, isDryRun: isDryRun)
    } catch {
      refusals += 1
      throw ControlError(error)
    }
    var acknowledgements: [Acknowledgement] = []
    if !isDryRun, change.version.generation != before {
      tell(change)
      let timeoutMs = parameters.optionalInteger("timeout") ?? Limits.acknowledgeMs
      acknowledgements = await governed.distribute(
        change.version, timeoutMs: min(max(0, timeoutMs), Limits.acknowledgeMsMax))
    }
    return [
      "change": [
        "generation": .integer(change.version.generation.number),
        "changed": .array(change.changed.map(JSONValue.string)),
        "sidecars": .array(acknowledgements.map(\.json)),
      ]
    ]
  }

  private func tell(_ change: PolicyChange) {
    changes += 1
    let shown = change.changed.prefix(5).joined(separator: ", ") + (change.changed.count > 5 ? ", ..." : "")
    watchers.publish(
      GatewayEvent(
        at: .now, kind: .policy, subject: "\(change.version.generation)",
        message: "generation \(change.version.generation): \(shown)"))
  }
}

extension ControlError {
  init(_ error: PolicyChangeError) {
    switch error {
    case .invalid(let diagnostics): self = .policyInvalid(diagnostics.map { Diagnostic($0) })
    case .conflict(let expected, let current):
      self = .generationConflict(expected: expected.number, current: current.number)
    case .unknown(.budgets, let name, let known): self = .unknownBudget(name: name, known: known)
    case .unknown(.models, let name, let known): self = .unknownModel(name: name, known: known)
    case .unknown(.backends, let name, let known): self = .unknownBackend(name: name, known: known)
    case .unreadable(let reason), .notWritable(let reason): self = .policyNotWritable(reason: reason)
    }
  }
}

extension ControlError.Diagnostic {
  /// Without a place in a file the file is left out too: what was refused came over the socket.
  public init(_ diagnostic: Diagnostic) {
    self.init(
      path: diagnostic.path, message: diagnostic.message, file: diagnostic.position.map { _ in diagnostic.file },
      line: diagnostic.position?.line, column: diagnostic.position?.column)
  }
}
