// Acknowledgement: how one sidecar took a generation of the policy.

import Control
import JSON

public struct Acknowledgement: Hashable, Sendable {
  public enum State: String, Hashable, Sendable {
    case applied
    case refused
    /// It did not answer in time, or went away.
    case pending
  }

  /// As people name it.
  public var sidecar: String
  public var state: State
  /// Why it refused.
  public var diagnostics: [ControlError.Diagnostic]

  public init(sidecar: String, state: State, diagnostics: [ControlError.Diagnostic] = []) {
    self.sidecar = sidecar
    self.state = state
    self.diagnostics = diagnostics
  }

  var json: JSONValue {
    [
      "sidecar": .string(sidecar), "state": .string(state.rawValue), "diagnostics": .array(diagnostics.map(\.json)),
    ]
  }
}
