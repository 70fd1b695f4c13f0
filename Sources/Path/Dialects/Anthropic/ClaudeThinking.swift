// ClaudeThinking: how hard Anthropic's models shall think, in the words that each of them takes
// (platform.claude.com/docs/en/build-with-claude/extended-thinking, .../adaptive-thinking, .../effort).

import Conversation
import Exchange
import Hub
import JSON

/// What is said of thinking, to Anthropic and to Bedrock alike.
package struct ClaudeThinking {
  package enum Setting: Equatable {
    case disabled
    case adaptive(isShown: Bool)
    case budget(Int64, isShown: Bool)

    /// The members of `thinking`.
    package func write(to json: inout JSONWriter) {
      switch self {
      case .disabled: json.member("type", "disabled")
      case .adaptive(let isShown):
        json.member("type", "adaptive")
        json.member("display", isShown ? "summarized" : "omitted")
      case .budget(let budget, let isShown):
        json.member("type", "enabled")
        json.member("budget_tokens", budget)
        // What is shown otherwise.
        if !isShown { json.member("display", "omitted") }
      }
    }
  }

  /// The least a budget may be.
  package static let budgetMin: Int64 = 1_024

  /// nil where nothing is said.
  package private(set) var setting: Setting?
  /// `output_config.effort`
  package private(set) var effort: String?

  package var isThinking: Bool { setting != nil && setting != .disabled }

  package init(
    for conversation: Conversation, turns: ClaudeTurns, model: ClaudeModel, outputMax: Int64, losses: inout Losses
  ) {
    guard let reasoning = conversation.reasoning else { return }
    switch model.thinking {
    case .none:
      if reasoning.extent != .off { losses.drop(.reasoning) }
    case .adaptive: adapt(reasoning, of: model, to: conversation.toolChoice, losses: &losses)
    case .budgeted: budget(reasoning, of: outputMax, for: conversation.toolChoice, turns: turns, losses: &losses)
    }
  }

  private mutating func adapt(
    _ reasoning: Reasoning, of model: ClaudeModel, to choice: ToolChoice?, losses: inout Losses
  ) {
    switch reasoning.extent {
    case .off:
      setting = .disabled
      return
    case .automatic: break
    case .effort(let wanted):
      let held = wanted.held(to: model.efforts)
      effort = held.rawValue
      if held != wanted { losses.approximate(.reasoning) }
    case .budget(let tokens):
      effort = Reasoning.effort(of: tokens).rawValue
      losses.approximate(.reasoning)
    }
    setting = .adaptive(isShown: reasoning.isShown)
    if choice?.isForced == true { turnOff(losses: &losses) }
  }

  private mutating func budget(
    _ reasoning: Reasoning, of outputMax: Int64, for choice: ToolChoice?, turns: ClaudeTurns, losses: inout Losses
  ) {
    var tokens: Int64
    switch reasoning.extent {
    case .off:
      setting = .disabled
      return
    case .budget(let wanted): tokens = wanted
    case .effort(let effort):
      tokens = Reasoning.budget(of: effort)
      losses.approximate(.reasoning)
    case .automatic:
      tokens = Reasoning.budget(of: .medium)
      losses.approximate(.reasoning)
    }
    if tokens < Self.budgetMin || tokens >= outputMax {
      tokens = max(Self.budgetMin, min(tokens, outputMax / 2))
      losses.approximate(.reasoning)
    }
    setting = .budget(tokens, isShown: reasoning.isShown)
    if outputMax < 2 * Self.budgetMin || choice?.isForced == true || !turns.givesThinkingBack {
      turnOff(losses: &losses)
    }
  }

  /// The turn would be refused with thinking.
  private mutating func turnOff(losses: inout Losses) {
    setting = .disabled
    losses.approximate(.reasoning)
  }
}

extension ToolChoice {
  fileprivate var isForced: Bool {
    switch self {
    case .required, .tool: true
    case .auto, .none: false
    }
  }
}

/// Temperature and its like, as far as a model takes them.
package struct ClaudeSampling {
  package private(set) var temperature: Double?
  package private(set) var topP: Double?
  package private(set) var topK: Int64?

  package init(_ sampling: Sampling, model: ClaudeModel, isThinking: Bool, losses: inout Losses) {
    losses.drop(.frequencyPenalty, ifGiven: sampling.frequencyPenalty)
    losses.drop(.presencePenalty, ifGiven: sampling.presencePenalty)
    losses.drop(.seed, ifGiven: sampling.seed)
    losses.drop(.logprobs, ifGiven: sampling.logprobs)
    if sampling.choices != 1 { losses.drop(.choices) }
    guard model.takesSampling else {
      if sampling.temperature != 1 { losses.drop(.temperature, ifGiven: sampling.temperature) }
      if sampling.topP != 1 { losses.drop(.topP, ifGiven: sampling.topP) }
      losses.drop(.topK, ifGiven: sampling.topK)
      return
    }
    // Beside thinking only 1 may stand, which is meant where nothing is said.
    if isThinking {
      if sampling.temperature != 1 { losses.drop(.temperature, ifGiven: sampling.temperature) }
      losses.drop(.topK, ifGiven: sampling.topK)
    } else {
      temperature = sampling.temperature
      topK = sampling.topK
    }
    // The least that may stand beside thinking.
    if isThinking, let low = sampling.topP, low < 0.95 { losses.drop(.topP) } else { topP = sampling.topP }
    if let above = temperature, above > 1 {
      temperature = 1
      losses.approximate(.temperature)
    }
  }

  /// Texts that end the answer, without the blank ones, which Anthropic's models refuse.
  package static func stop(_ texts: [String], losses: inout Losses) -> [String] {
    let said = texts.filter { !$0.isBlank }
    if said.count < texts.count { losses.drop(.stop) }
    return said
  }

  package func write(to json: inout JSONWriter) {
    json.member("temperature", ifGiven: temperature)
    json.member("top_p", ifGiven: topP)
    json.member("top_k", ifGiven: topK)
  }
}
