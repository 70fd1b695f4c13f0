// MessageTurns: a conversation's messages in the order and the roles that one provider of chat completions takes.

import Conversation
import Hub

extension Conversation {
  /// Without messages of which nothing is left, which providers refuse. Messages of the model that follow each other are
  /// one where the first calls tools, because the calls' results must come next. Where a template takes one message of the
  /// system's, all are gathered in it.
  func chatMessages(_ losses: inout Losses, isSent: (Part) -> Bool) -> [Message] {
    var turns: [Message] = []
    var instructions: [Part] = []
    for message in messages {
      var message = message
      if message.role == .assistant {
        message.parts = message.parts.filter(isSent)
        if let last = turns.last, last.role == .assistant, last.calls {
          turns[turns.count - 1].parts += message.parts
          continue
        }
      }
      if message.parts.isEmpty { continue }
      if message.role == .developer, !habits.knowsDeveloper { message.role = .system }
      if message.role == .system || message.role == .developer, habits.takesOneSystem {
        if !turns.isEmpty { losses.approximate(.systemMessage) }
        instructions += message.parts
      } else {
        turns.append(message)
      }
    }
    return instructions.isEmpty ? turns : [Message(.system, instructions.asOneText)] + turns
  }
}

extension Message {
  fileprivate var calls: Bool { parts.contains { if case .toolUse = $0.content { true } else { false } } }
}

extension [Part] {
  /// Templates want a text, not an array of parts, of their system.
  fileprivate var asOneText: [Part] {
    if count < 2 { return self }
    var texts: [String] = []
    for part in self {
      guard case .text(let text) = part.content else { return self }
      texts.append(text)
    }
    return [Part(.text(texts.joined(separator: "\n\n")), cache: last { $0.cache != nil }?.cache)]
  }
}
