// ClaudeTurns: a conversation as Anthropic's models take it: instructions apart, user and assistant in turn.

import Conversation
import Hub

/// What is sent of a conversation's messages, to Anthropic and to Bedrock alike. Messages of one role in a row are one
/// turn; in a turn of the user's, results of tools come first, as both demand.
package struct ClaudeTurns {
  package struct Turn {
    package var isAssistant: Bool
    package var parts: [Part]
  }

  package private(set) var system: [Part] = []
  package private(set) var turns: [Turn] = []

  /// - Parameter isKept: whether a part can be said at all; puts down what cannot.
  package init(of conversation: Conversation, losses: inout Losses, isKept: (Part, inout Losses) -> Bool) {
    for message in conversation.messages {
      if message.name != nil { losses.drop(.messageName) }
      let parts = message.parts.filter { isKept($0, &losses) }
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
  package var givesThinkingBack: Bool {
    guard let last = turns.last, !last.isAssistant, last.parts.contains(where: \.isToolResult),
      let calls = turns.dropLast().last
    else { return true }
    if case .thinking = calls.parts.first?.content { return true }
    return false
  }
}

extension Part {
  package var isToolResult: Bool {
    if case .toolResult = content { true } else { false }
  }
}

extension String {
  /// Nothing to read; Anthropic and Bedrock refuse such texts.
  package var isBlank: Bool { utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }
}

extension ClaudeTurns {
  /// The names of tools that were called, each once.
  package var calledTools: [String] {
    var names: [String] = []
    for turn in turns where turn.isAssistant {
      for case .toolUse(let use) in turn.parts.map(\.content) where !names.contains(use.name) { names.append(use.name) }
    }
    return names
  }
}
