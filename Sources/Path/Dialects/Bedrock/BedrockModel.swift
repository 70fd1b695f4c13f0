// BedrockModel: whose model a name on Bedrock means
// (docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html), and what it has of its own.

import Anthropic
import Conversation
import Hub
import JSON

/// `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, `amazon.nova-lite-v1:0`, `openai.gpt-oss-120b-1:0`, or the ARN of one.
enum BedrockModel {
  case claude(ClaudeModel)
  /// The second generation thinks.
  case nova(thinks: Bool)
  /// OpenAI's open models.
  case gptOSS
  case other
  /// What stands behind a profile of one's own, or behind capacity that was bought, its ARN does not say.
  case unknown

  init(_ name: String) {
    let claude = ClaudeModel(name)
    if claude.isClaude {
      self = .claude(claude)
    } else if name.utf8.span.contains("amazon.nova") {
      self = .nova(thinks: name.utf8.span.contains("amazon.nova-2"))
    } else if name.utf8.span.contains("openai.gpt-oss") {
      self = .gptOSS
    } else if name.hasPrefix("arn:") {
      self = .unknown
    } else {
      self = .other
    }
  }

  var isClaude: Bool {
    if case .claude = self { true } else { false }
  }
}

/// What is said to one model and no other.
struct BedrockModelFields {
  private var thinking: ClaudeThinking.Setting?
  private var topK: Int64?
  private var isNova = false
  private var reasoningEffort: String?
  private var novaEffort: String?
  /// `inferenceConfig`
  private(set) var temperature: Double?
  private(set) var topP: Double?
  /// `outputConfig.effort`
  private(set) var effort: String?

  init(
    for conversation: Conversation, turns: ClaudeTurns, model: BedrockModel, outputMax: Int64?, losses: inout Losses
  ) {
    let sampling = conversation.sampling
    if case .claude(let claude) = model {
      let said = ClaudeThinking(
        for: conversation, turns: turns, model: claude, outputMax: outputMax ?? claude.outputMax, losses: &losses)
      let chosen = ClaudeSampling(sampling, model: claude, isThinking: said.isThinking, losses: &losses)
      (thinking, effort) = (said.setting, said.effort)
      (temperature, topP, topK) = (chosen.temperature, chosen.topP, chosen.topK)
      return
    }
    losses.drop(.frequencyPenalty, ifGiven: sampling.frequencyPenalty)
    losses.drop(.presencePenalty, ifGiven: sampling.presencePenalty)
    losses.drop(.seed, ifGiven: sampling.seed)
    losses.drop(.logprobs, ifGiven: sampling.logprobs)
    if sampling.choices != 1 { losses.drop(.choices) }
    (temperature, topP) = (sampling.temperature, sampling.topP)
    if let above = temperature, above > 1 {
      temperature = 1
      losses.approximate(.temperature)
    }
    if case .nova = model {
      isNova = true
      topK = sampling.topK
    } else {
      losses.drop(.topK, ifGiven: sampling.topK)
    }
    guard let reasoning = conversation.reasoning, reasoning.extent != .off else { return }
    switch model {
    case .gptOSS: break
    case .nova(thinks: true):
      novaEffort = Self.novaEffort(reasoning.extent, of: sampling, &losses)
      return
    // Whoever is behind it thinks as it does unasked.
    case .unknown:
      losses.approximate(.reasoning)
      return
    case .claude, .nova, .other:
      losses.drop(.reasoning)
      return
    }
    switch reasoning.extent {
    case .off, .automatic: break
    case .effort(let wanted):
      // Its words are low, medium and high.
      let held = wanted.held(to: [.low, .medium, .high])
      if held != wanted { losses.approximate(.reasoning) }
      reasoningEffort = held.rawValue
    case .budget(let tokens):
      reasoningEffort = Reasoning.effort(of: tokens).rawValue
      losses.approximate(.reasoning)
    }
  }

  /// `reasoningConfig.maxReasoningEffort` (docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html): the
  /// highest may have neither bound nor temperature beside it.
  private static func novaEffort(
    _ extent: Reasoning.Extent, of sampling: Sampling, _ losses: inout Losses
  ) -> String {
    let wanted: Reasoning.Effort =
      switch extent {
      case .effort(let effort): effort
      case .budget(let tokens): Reasoning.effort(of: tokens)
      case .off, .automatic: .medium
      }
    let mayBeHigh = sampling.outputMax == nil && sampling.temperature == nil && sampling.topP == nil
    let effort =
      switch wanted {
      case .minimal, .low: "low"
      case .medium: "medium"
      case .high, .xhigh, .max: mayBeHigh ? "high" : "medium"
      }
    if extent != .effort(wanted) || effort != wanted.rawValue { losses.approximate(.reasoning) }
    return effort
  }

  func write(to json: inout JSONWriter) {
    if thinking == nil, topK == nil, reasoningEffort == nil, novaEffort == nil { return }
    json.object("additionalModelRequestFields") { json in
      if let novaEffort {
        json.object("reasoningConfig") { json in
          json.member("type", "enabled")
          json.member("maxReasoningEffort", novaEffort)
        }
      }
      if let thinking { json.object("thinking") { thinking.write(to: &$0) } }
      if isNova, let topK {
        json.object("inferenceConfig") { $0.member("topK", topK) }
      } else {
        json.member("top_k", ifGiven: topK)
      }
      json.member("reasoning_effort", ifGiven: reasoningEffort)
    }
  }
}
