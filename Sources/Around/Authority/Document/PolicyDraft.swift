// PolicyDraft: a document that is not accepted yet: what a patch or changed files would make of the one in force.

import JSON
import Policy

/// A pure value; whether it is a policy is asked once, of the whole.
struct PolicyDraft: Sendable {
  let document: JSONValue
  let base: JSONValue
  private let text: [UInt8]

  /// `version` as a command changes it.
  init(_ version: PolicyVersion?, changedBy patch: JSONValue) {
    document = MergePatch.apply(patch, to: version?.document)
    base = version?.base ?? .object([])
    text = document.bytes
  }

  /// `version` on top of files that say `base` now: what commands have changed stays changed.
  init(_ version: PolicyVersion?, over base: JSONValue) {
    self.base = base
    document = version.map { MergePatch.apply($0.overlay, to: base) } ?? base
    text = document.bytes
  }

  /// Says the same as `version`, order included: the first backend serves models that nobody names.
  func isSame(as version: PolicyVersion?) -> Bool { text == version?.text }

  /// The draft as the generation after `version`. Throws every fault of the document.
  func accepted(after version: PolicyVersion?) throws(PolicyError) -> PolicyVersion {
    let policy = try Policy.read(text)
    let generation = isSame(as: version) ? version!.generation : (version?.generation ?? .none).next
    return PolicyVersion(generation: generation, document: document, base: base, policy: policy, text: text)
  }
}
