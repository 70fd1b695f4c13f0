// BedrockModel: whose model a name on Bedrock means
// (docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html), and what it has of its own.

import Anthropic
import Conversation
import Hub
import JSON

/// `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, `amazon.nova-lite-v1:0`, `openai.gpt-oss-120b-1:0`, or the ARN of one.
enum BedrockModel {
  case claude(ClaudeModel)
  case nova
  /// OpenAI's open models.
  case gptOSS
  case other

  init(_ name: String) {
    let claude = ClaudeModel(name)
    if claude.isClaude {
      self = .claude(claude)
    } else if name.utf8.span.contains("amazon.nova") {
      self = .nova
    } else if name.utf8.span.contains("openai.gpt-oss") {
      self = .gptOSS
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
    guard case .gptOSS = model else {
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

  func write(to json: inout JSONWriter) {
    if thinking == nil, topK == nil, reasoningEffort == nil { return }
    json.object("additionalModelRequestFields") { json in
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
