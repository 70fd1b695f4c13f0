// Part+Kinds: what kind of part it is.

import Conversation

extension Part {
  /// A picture or a sound that the model made.
  package var made: MadeMedia? {
    switch content {
    case .image(let media): .image(media)
    case .audio(let media): .audio(media)
    case .text, .document, .toolUse, .toolResult, .thinking, .refusal: nil
    }
  }

  package var isToolUse: Bool {
    if case .toolUse = content { true } else { false }
  }

  package var isThinking: Bool {
    if case .thinking = content { true } else { false }
  }
}
