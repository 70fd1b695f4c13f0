// FinishReason+Calls: models call tools and say that they just stopped, or call none and say that they did.

import Conversation

extension FinishReason {
  /// - Parameter calls: the answer holds a call of the agent's tools.
  package func calling(tools calls: Bool) -> FinishReason {
    switch self {
    case .stop, .toolUse: calls ? .toolUse : .stop
    case .length, .contentFilter, .refusal, .pause: self
    }
  }
}
