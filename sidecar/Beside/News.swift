// News: one thing that the daemon said, without the document it came in.

import Authority
import Exchange
import JSON

/// A reply to Subscribe. The policy is kept as text: the tree of ten thousand budgets takes ten times as much memory.
struct News: Sendable {
  /// JSON text and its generation; nil where the policy has not changed.
  let policy: (text: [UInt8], generation: Generation)?
  let recalls: [MeterName]
  /// Asked about these requests, under these tickets.
  let questions: [(ticket: Int64, request: String)]
  /// Somebody watches: events are sent.
  let isWatched: Bool

  init(_ state: JSONValue) {
    policy = state["policy"].flatMap { document in
      state["generation"]?.integer.map { (document.bytes, Generation($0)) }
    }
    recalls = (state["recalls"]?.elements ?? []).compactMap { MeterName(recall: $0) }
    questions = (state["questions"]?.elements ?? []).compactMap { question in
      guard let ticket = question["ticket"]?.integer, let request = question["explain"]?.string else { return nil }
      return (ticket, request)
    }
    isWatched = state["watched"]?.bool ?? false
  }
}
