// MistralModel: which of Mistral's models think, as far as their names tell.

import Conversation
import Hub

/// docs.mistral.ai/capabilities/reasoning: some always do, some where they are told to, in two words.
enum MistralModel {
  static func thinks(_ name: String) -> Bool { name.utf8.span.contains("magistral") || isTold(name) }

  private static func isTold(_ name: String) -> Bool {
    ["mistral-small-latest", "mistral-small-26", "mistral-medium-latest", "mistral-medium-3", "mistral-medium-26"]
      .contains { name.hasPrefix($0) }
  }

  /// `reasoning_effort`; nil where it has no place.
  static func effort(of extent: Reasoning.Extent, model: String, _ losses: inout Losses) -> String? {
    let isOff = extent == .off || extent == .effort(.minimal)
    guard isTold(model) else {
      if !isOff || thinks(model) { losses.approximate(.reasoning) }
      return nil
    }
    switch extent {
    case .automatic: return nil
    case .off: return "none"
    case .effort(.high): return "high"
    case .effort, .budget:
      losses.approximate(.reasoning)
      return isOff ? "none" : "high"
    }
  }
}
