// SubscriptionState: what Subscribe answers: a snapshot of the policy, and what else a sidecar should know or do.

import Exchange
import JSON

/// One reply. Several that were not read yet are merged into one: the newest policy, all recalls, all questions.
enum SubscriptionState {
  static func json(
    _ version: PolicyVersion? = nil, recalls: [MeterName] = [], questions: [Question] = [], isWatched: Bool
  ) -> JSONValue {
    .present([
      ("generation", version.map { .integer($0.generation.number) }), ("policy", version?.document),
      ("recalls", .array(recalls.map(\.recall))), ("questions", .array(questions.map(\.json))),
      ("watched", .bool(isWatched)),
    ])
  }

  /// `waiting` was not read before `newer` came. Recalls are bounded by the meters there are, questions by those that
  /// are open: each is on the list once.
  static func merged(_ waiting: JSONValue, _ newer: JSONValue) -> JSONValue {
    let policy = newer["generation"] == nil ? waiting : newer
    return .present([
      ("generation", policy["generation"]), ("policy", policy["policy"]),
      ("recalls", joined("recalls", waiting, newer)), ("questions", joined("questions", waiting, newer)),
      ("watched", newer["watched"]),
    ])
  }

  private static func joined(_ name: String, _ waiting: JSONValue, _ newer: JSONValue) -> JSONValue {
    let (first, second) = (waiting[name]?.elements ?? [], newer[name]?.elements ?? [])
    if first.isEmpty || second.isEmpty { return .array(first + second) }
    var seen: Set<String> = []
    return .array((first + second).filter { seen.insert(String(decoding: $0.bytes, as: UTF8.self)).inserted })
  }
}

/// Numbers a question, so that its answer finds back.
struct Ticket: Hashable, Sendable {
  let number: Int64
}

/// What the daemon asks a sidecar: the type Question of the interface.
struct Question: Hashable, Sendable {
  let ticket: Ticket
  /// Why a call went the way it did: its request id.
  let explain: String

  var json: JSONValue { ["ticket": .integer(ticket.number), "explain": .string(explain)] }
}
