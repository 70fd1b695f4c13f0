// ClaudeTurns: a conversation as Anthropic's models take it: instructions apart, user and assistant in turn.

import Conversation

/// What is sent of a conversation's messages, to Anthropic and to Bedrock alike. Messages of one role in a row are one
/// turn; in a turn of the user's, results of tools come first, as both demand.
struct ClaudeTurns {
  struct Turn {
    var isAssistant: Bool
    var parts: [Part]
  }

  private(set) var system: [Part] = []
  private(set) var turns: [Turn] = []

  init(of conversation: Conversation, losses: inout Losses) {
    for message in conversation.messages {
      if message.name != nil { losses.drop(.messageName) }
      let parts = message.parts.filter { Self.isKept($0, losses: &losses) }
      switch message.role {
      case .system, .developer:
        if !turns.isEmpty { losses.approximate(.systemMessage) }
        system += parts.filter { part in
          if case .text = part.content { return true }
          losses.drop(.systemMessage)
          return false
        }
      case .user: append(parts, isAssistant: false)
      case .assistant: append(parts, isAssistant: true)
      }
    }
    for index in turns.indices where !turns[index].isAssistant {
      let results = turns[index].parts.filter(\.isToolResult)
      if !results.isEmpty { turns[index].parts = results + turns[index].parts.filter { !$0.isToolResult } }
    }
    if turns.isEmpty, !system.isEmpty {
      losses.approximate(.systemMessage)
      turns = [Turn(isAssistant: false, parts: system)]
      system = []
    }
  }

  private mutating func append(_ parts: [Part], isAssistant: Bool) {
    if parts.isEmpty { return }
    if let last = turns.indices.last, turns[last].isAssistant == isAssistant {
      turns[last].parts += parts
    } else {
      turns.append(Turn(isAssistant: isAssistant, parts: parts))
    }
  }

  /// Whether the agent has kept the thinking that led to the calls whose results it now gives. Without it a model that
  /// has a budget for thinking refuses the turn.
  var givesThinkingBack: Bool {
    guard let last = turns.last, !last.isAssistant, last.parts.contains(where: \.isToolResult),
      let calls = turns.dropLast().last
    else { return true }
    if case .thinking = calls.parts.first?.content { return true }
    return false
  }

  private static func isKept(_ part: Part, losses: inout Losses) -> Bool {
    if !part.citations.isEmpty { losses.approximate(.citations) }
    switch part.content {
    case .text(let text), .refusal(let text): return !text.isEmpty
    case .toolUse: return true
    case .toolResult(let result):
      for part in result.parts { _ = isKept(part, losses: &losses) }
      return true
    case .thinking(let thinking): return thinking.signature?.origin == .claude
    case .audio:
      losses.drop(.audio)
      return false
    case .image(let media):
      if let detail = media.detail, detail != "auto" { losses.approximate(.imageDetail) }
      return isKept(media, as: .image, losses: &losses)
    case .document(let media): return isKept(media, as: .document, losses: &losses)
    }
  }

  private static func isKept(_ media: Media, as feature: Feature, losses: inout Losses) -> Bool {
    switch media.source {
    case .file:
      losses.drop(.file)
      return false
    case .base64 where media.mediaType == nil:
      losses.drop(feature)
      return false
    case .base64, .text, .url: return true
    }
  }
}

extension Part {
  fileprivate var isToolResult: Bool {
    if case .toolResult = content { true } else { false }
  }
}
