// Ending: how an attempt ended, and what is booked for it.

import Exchange

struct Ending {
  enum Outcome {
    /// The agent has its whole reply.
    case answered
    /// The reply had begun and could not be finished; the agent was told.
    case brokenOff
    case agentGone
    /// Nothing has reached the agent; the next candidate may be tried.
    case failed(Failure)
  }

  var outcome: Outcome
  /// What to book; nil when nothing can have been billed.
  var usage: Usage?
  /// The provider's status; 0 where none came.
  var status: Int
  var startedAt: UInt64
  var firstTokenUs: Int64?
}
