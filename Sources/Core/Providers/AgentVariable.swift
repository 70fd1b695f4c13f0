// AgentVariable: an environment variable that leads an SDK of an agent to another address.

/// One variable that an SDK reads its base URL from.
public struct AgentVariable: Sendable {
  public internal(set) var name: String
  /// Another variable for the same SDK: where the agent sets one of the two, the other must not contradict it.
  public internal(set) var twin: String?
  /// What follows the sidecar's address. SDKs differ in how much of the path they add themselves.
  public internal(set) var suffix: String = ""
  /// The SDK does not start without one of these; the first stands in where the agent has none of them.
  public internal(set) var keys: [String] = []
  /// Set only where the agent has one of `keys`, for its mere presence changes what other SDKs do.
  public internal(set) var isOnlyBesideItsKeys = false
  /// Where its mere presence would make `keys[0]` ambiguous.
  public internal(set) var keysThatForbidAPlaceholder: [String] = []
}
