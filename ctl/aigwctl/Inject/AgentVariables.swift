// AgentVariables: which variables a container gets, given those it has.

import Providers

/// What is added to one container.
struct AgentVariables: Equatable {
  struct Addition: Equatable {
    let name: String
    let value: String
  }

  /// Stands where an SDK wants a key. The sidecar never sends it anywhere: it has keys of its own.
  static let placeholderKey = "aigw"

  private(set) var variables: [Addition] = []
  /// Variables of the table of providers that the container sets itself.
  private(set) var kept: [String] = []

  /// - Parameters:
  ///   - present: the names of the variables the container sets.
  ///   - hasOtherSources: it has more, whose names nobody can see here.
  static func additions(present: Set<String>, hasOtherSources: Bool) -> Self {
    var additions = Self()
    let all = Provider.all.flatMap(\.agentVariables)
    for variable in all {
      if present.contains(variable.name) {
        additions.kept.append(variable.name)
      } else if variable.twin.map(present.contains) == true {
        continue
      } else if !variable.isOnlyBesideItsKeys || !present.isDisjoint(with: variable.keys) {
        additions.add(variable.name, "http://\(SidecarContainer.agentAddress)\(variable.suffix)")
      }
    }
    if hasOtherSources { return additions }
    for variable in all where !variable.isOnlyBesideItsKeys {
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
