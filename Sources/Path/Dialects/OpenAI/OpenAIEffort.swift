// OpenAIEffort: how hard a model of OpenAI's dialect can be asked to think (developers.openai.com/api/docs/guides/reasoning).

import Conversation
import Hub

package enum OpenAIEffort {
  /// The conversation with an effort that its model knows: the greatest that is not above what was wanted.
  package static func fitted(_ conversation: Conversation, _ losses: inout Losses) -> Conversation {
    guard let reasoning = conversation.reasoning else { return conversation }
    let known = efforts(of: conversation.model)
    var extent: Reasoning.Extent? = reasoning.extent
    switch reasoning.extent {
    case .effort(let wanted): extent = .effort(wanted.held(to: known))
    // What does not think at all would refuse to be told not to.
    case .off where OpenAIChat.isOwnModel(conversation.model) && !thinks(conversation.model): extent = nil
    case .off where !canBeOff(conversation.model): extent = .effort(known[0])
    case .off, .budget, .automatic: break
    }
    if extent == reasoning.extent { return conversation }
    var fitted = conversation
    fitted.reasoning = extent.map { Reasoning($0, isShown: reasoning.isShown) }
    if extent != nil { losses.approximate(.reasoning) }
    return fitted
  }

  private static func efforts(of model: String) -> [Reasoning.Effort] {
    if model.utf8.span.contains("gpt-oss") { return [.low, .medium, .high] }
    if model.utf8.span.contains("deepseek") { return Reasoning.Effort.allCases }
    guard OpenAIChat.isOwnModel(model), let version = version(of: model) else {
      return OpenAIChat.isOwnModel(model) ? [.low, .medium, .high] : [.minimal, .low, .medium, .high, .xhigh]
    }
    switch version {
    case 506...: return [.low, .medium, .high, .xhigh, .max]
    case 502...: return [.low, .medium, .high, .xhigh]
    case 501: return model.utf8.span.contains("codex-max") ? [.low, .medium, .high, .xhigh] : [.low, .medium, .high]
    default: return [.minimal, .low, .medium, .high]
    }
  }

  /// o3, gpt-5-mini, and not gpt-4o or gpt-5-chat.
  private static func thinks(_ model: String) -> Bool {
    let name = model.utf8.span
    return !name.contains("chat") && !name.contains("gpt-3") && !name.contains("gpt-4")
  }

  private static func canBeOff(_ model: String) -> Bool {
    !OpenAIChat.isOwnModel(model) || (version(of: model) ?? 0) >= 501
  }

  /// 502 is gpt-5.2; nil where there is no such number, as in o3.
  private static func version(of model: String) -> Int? {
    let words = model.split { $0 == "-" || $0 == "/" || $0 == ":" }
    guard let place = words.firstIndex(of: "gpt"), place + 1 < words.count else { return nil }
    let numbers = words[place + 1].split(separator: ".")
    guard let major = numbers.first.flatMap({ Int($0) }), major < 1_000 else { return nil }
    return major * 100 + min(99, numbers.dropFirst().first.flatMap { Int($0) } ?? 0)
  }
}
