// BedrockModel+Caching: where each family of models lets a marker of what is kept stand.

import Conversation
import Hub

extension BedrockModel {
  /// The conversation with the markers that the model takes (docs.aws.amazon.com/bedrock/latest/userguide/
  /// prompt-caching.html): Nova's stand in the system and behind a text, for five minutes; others but Claude have none.
  func markingWhatIsKept(of conversation: Conversation, _ losses: inout Losses) -> Conversation {
    switch self {
    case .claude, .unknown: return conversation
    case .nova, .gptOSS, .other: break
    }
    var conversation = conversation
    var hasLost = false
    for index in conversation.tools.indices where conversation.tools[index].cache != nil {
      conversation.tools[index].cache = nil
      hasLost = true
    }
    for message in conversation.messages.indices {
      for place in conversation.messages[message].parts.indices {
        let part = conversation.messages[message].parts[place]
        let marked = marked(part)
        if marked == part { continue }
        conversation.messages[message].parts[place] = marked
        hasLost = true
      }
    }
    if hasLost { losses.approximate(.cacheMarker) }
    return conversation
  }

  private func marked(_ part: Part) -> Part {
    var part = part
    if case .toolResult(var result) = part.content {
      part.cache = nil
      for index in result.parts.indices { result.parts[index].cache = nil }
      part.content = .toolResult(result)
    } else if part.cache != nil {
      if case .nova = self { part.cache = CacheMarker() } else { part.cache = nil }
    }
    return part
  }
}
