// AgentVariables: which variables a container gets, given those it has.

/// One variable that an SDK reads its base URL from.
struct AgentVariable {
  let name: String
  /// Another variable for the same SDK: where the agent sets one of the two, the other must not contradict it.
  var twin: String?
  /// What follows the sidecar's address. SDKs differ in how much of the path they add themselves.
  let suffix: String
  /// The SDK does not start without one of these; the first stands in where the agent has none of them.
  let keys: [String]
  /// Set only where the agent has one of `keys`, for its mere presence changes what other SDKs do.
  var isOnlyBesideItsKeys = false
  /// Where its mere presence would make `keys[0]` ambiguous.
  var keysThatForbidAPlaceholder: [String] = []

  func url(at address: String) -> String { "http://\(address)\(suffix)" }
}

/// What is added to one container.
struct AgentVariables: Equatable {
  struct Addition: Equatable {
    let name: String
    let value: String
  }

  /// Stands where an SDK wants a key. The sidecar never sends it anywhere: it has keys of its own.
  static let placeholderKey = "aigw"

  private(set) var variables: [Addition] = []
  /// Variables of the table that the container sets itself.
  private(set) var kept: [String] = []

  /// - Parameters:
  ///   - present: the names of the variables the container sets.
  ///   - hasOtherSources: it has more, whose names nobody can see here.
  static func additions(present: Set<String>, hasOtherSources: Bool) -> Self {
    var additions = Self()
    for variable in AgentVariable.all {
      if present.contains(variable.name) {
        additions.kept.append(variable.name)
      } else if variable.twin.map(present.contains) == true {
        continue
      } else if !variable.isOnlyBesideItsKeys || !present.isDisjoint(with: variable.keys) {
        additions.add(variable.name, variable.url(at: SidecarContainer.agentAddress))
      }
    }
    if hasOtherSources { return additions }
    for variable in AgentVariable.all where !variable.isOnlyBesideItsKeys {
      guard let key = variable.keys.first, present.isDisjoint(with: variable.keys + variable.keysThatForbidAPlaceholder)
      else { continue }
      additions.add(key, placeholderKey)
    }
    return additions
  }

  private mutating func add(_ name: String, _ value: String) {
    if !variables.contains(where: { $0.name == name }) { variables.append(Addition(name: name, value: value)) }
  }
}
