// PolicyVersion: a policy document that was accepted (a snapshot), and its number.

import JSON
import Policy

/// Counts accepted documents. The first is 1 and each later one is one more; 0 stands for "none yet".
public struct Generation: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let number: Int64
  public init(_ number: Int64) { self.number = number }
  public static let none = Generation(0)

  public var next: Generation { Generation(number + 1) }
  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
  public var description: String { String(number) }
}

/// What is in force: always valid as a whole.
public struct PolicyVersion: Sendable {
  public let generation: Generation
  /// The whole document: what the policy files say and what commands have made of it.
  public let document: JSONValue
  /// What the policy files said when it was accepted; an empty object without files.
  public let base: JSONValue
  public let policy: Policy
  /// The document as JSON text, which is needed often and takes a while to write.
  let text: [UInt8]

  init(generation: Generation, document: JSONValue, base: JSONValue, policy: Policy, text: [UInt8]? = nil) {
    assert(generation > .none, "an accepted document is generation \(generation)")
    assert(document.kind == .object && base.kind == .object, "a policy of \(document.kind) over \(base.kind)")
    self.generation = generation
    self.document = document
    self.base = base
    self.policy = policy
    self.text = text ?? document.bytes
  }

  /// What commands have changed, as a merge patch on the files. It is derived, so that a command that says the same as
  /// the files leaves no trace, and a later change of the files there comes through.
  public var overlay: JSONValue { MergePatch.between(base, document) }
}
