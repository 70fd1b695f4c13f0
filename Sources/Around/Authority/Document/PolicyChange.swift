// PolicyChange: what a change of the policy came to, or why nothing was changed.

import Policy

/// A document that is in force, or would be after a dry run.
public struct PolicyChange: Sendable {
  public let version: PolicyVersion
  /// Where it differs from the one before: see `ChangedPaths`.
  public let changed: [String]
}

/// Why the old policy stays.
public enum PolicyChangeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The document as a whole is no valid policy: every fault.
  case invalid([Diagnostic])
  /// The change was made for another generation than the one in force.
  case conflict(expected: Generation, current: Generation)
  /// There is no such entry; `known` are those there are, the closest first.
  case unknown(PolicyEdit.Section, name: String, known: [String])
  /// The policy files cannot be read.
  case unreadable(String)
  /// The state folder cannot be written, and a policy that is not on disk would be forgotten.
  case notWritable(String)

  public var description: String {
    switch self {
    case .invalid(let diagnostics): diagnostics.map(\.description).joined(separator: "\n")
    case .conflict(let expected, let current):
      "the change was made for generation \(expected), and \(current) is in force; look at it and try again"
    case .unknown(let section, let name, let known):
      "\(section.rawValue) has no \(name)" + (known.isEmpty ? "" : "; there is \(known.joined(separator: ", "))")
    case .unreadable(let reason): reason
    case .notWritable(let reason): "the policy cannot be saved, so it was not changed: \(reason)"
    }
  }
}
