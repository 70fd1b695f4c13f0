// GeminiContent+Request: a conversation becomes a request to Gemini. The model and whether to stream stand in the path.

import Bytes
import Conversation
import Hub
import JSON

extension GeminiContent {
  public static func body(of conversation: Conversation, losses: inout Losses) -> ByteSlice {
    var request = GeminiRequestWriter(conversation, losses: losses)
    let body = request.write()
    losses = request.losses
    return body
  }
}

/// A request being written.
struct GeminiRequestWriter: ~Copyable {
  let conversation: Conversation
  let model: GeminiModel
  var losses: Losses
  var json: JSONWriter
  /// The turn that is being written.
  var turn: Turn?
  /// Which function each call was of, by its identifier.
  var functions: [String: String] = [:]

  enum Turn {
    case user
    case model
  }

  init(_ conversation: Conversation, losses: Losses) {
    self.conversation = conversation
    model = GeminiModel(conversation.model)
    self.losses = losses
    json = JSONWriter(minimumCapacity: 2_048)
  }

  mutating func write() -> ByteSlice {
    json.beginObject()
    writeTurns()
    writeTools()
    writeGenerationConfig()
    switch conversation.usualTier {
    case nil, "default": break
    case let tier? where ["flex", "priority"].contains(tier): json.member("serviceTier", tier)
    default: losses.approximate(.serviceTier)
    }
    if conversation.user != nil { losses.approximate(.user) }
    if !conversation.metadata.isEmpty { losses.approximate(.metadata) }
    json.endObject()
    return json.take()
  }

  // MARK: tools

  private mutating func writeTools() {
    if conversation.allowsParallelTools == false, !conversation.tools.isEmpty {
      losses.approximate(.parallelTools)
    }
    if let search = conversation.webSearch {
      // Beside functions, or in some places only, Gemini does not search (docs/google-search).
      guard conversation.tools.isEmpty, search.allowedDomains.isEmpty else {
        losses.drop(.webSearch)
        return writeFunctions()
      }
      json.name("tools")
      json.beginArray()
      json.object { json in json.object("googleSearch") { _ in } }
      return json.endArray()
    }
    writeFunctions()
  }

  private mutating func writeFunctions() {
    if conversation.tools.isEmpty { return }
    json.name("tools")
    json.beginArray()
    json.beginObject()
    json.name("functionDeclarations")
    json.beginArray()
    for tool in conversation.tools {
      if tool.cache != nil { losses.approximate(.cacheMarker) }
      json.beginObject()
      json.member("name", tool.name)
      json.member("description", ifGiven: tool.description)
      // An object without members is what takes no arguments.
      if let schema = tool.parameters, schema.count > 0 { json.member("parametersJsonSchema", schema) }
      json.endObject()
    }
    json.endArray()
    json.endObject()
    json.endArray()
    writeToolChoice()
  }

  private mutating func writeToolChoice() {
    let strict = conversation.tools.count { $0.isStrict == true }
    let mode: StaticString
    var only: String?
    switch conversation.toolChoice {
    case nil, .auto:
      if strict == 0, conversation.toolChoice == nil { return }
      if strict > 0, strict < conversation.tools.count { losses.approximate(.strictTools) }
      mode = strict > 0 ? "VALIDATED" : "AUTO"
    // Calls that must be made are always held to their schemas.
    case .required: mode = "ANY"
    case .tool(let name):
      mode = "ANY"
      only = name
    case .some(.none): mode = "NONE"
    }
    json.name("toolConfig")
    json.beginObject()
    json.name("functionCallingConfig")
    json.beginObject()
    json.member("mode", "\(mode)")
    if let only { json.array("allowedFunctionNames", of: [only]) { $0.string($1) } }
    json.endObject()
    json.endObject()
  }

  // MARK: how the answer is made

  private mutating func writeGenerationConfig() {
    let sampling = conversation.sampling
    json.name("generationConfig")
    json.beginObject()
    json.member("maxOutputTokens", ifGiven: sampling.outputMax)
    json.member("temperature", ifGiven: sampling.temperature)
    json.member("topP", ifGiven: sampling.topP)
    json.member("topK", ifGiven: sampling.topK)
    json.member("frequencyPenalty", ifGiven: sampling.frequencyPenalty)
    json.member("presencePenalty", ifGiven: sampling.presencePenalty)
    if sampling.stop.count > GeminiContent.Limits.stopSequencesMax { losses.drop(.stop) }
    let stop = sampling.stop.prefix(GeminiContent.Limits.stopSequencesMax)
    if !stop.isEmpty { json.array("stopSequences", of: Array(stop)) { $0.string($1) } }
    if let seed = sampling.seed {
      let short = Int32(truncatingIfNeeded: seed)
      if seed != Int64(short) { losses.approximate(.seed) }
      json.member("seed", Int64(short))
    }
    if sampling.choices > GeminiContent.Limits.candidatesMax { losses.drop(.choices) }
    if sampling.choices > 1 {
      json.member("candidateCount", min(sampling.choices, GeminiContent.Limits.candidatesMax))
    }
    if let alternatives = sampling.logprobs {
      json.member("responseLogprobs", true)
      if alternatives > 0 { json.member("logprobs", min(alternatives, GeminiContent.Limits.logprobsMax)) }
    }
    let isAlone = conversation.tools.isEmpty || model.answersJSONBesideTools
    switch conversation.format {
    case .text: break
    case .json where !isAlone: losses.drop(.format)
    case .schema where !isAlone: losses.drop(.schema)
    case .json: json.member("responseMimeType", "application/json")
    case .schema(let schema):
      json.member("responseMimeType", "application/json")
      json.member("responseJsonSchema", schema.schema)
      if schema.description != nil { losses.approximate(.schema) }
    }
    if let reasoning = conversation.reasoning { write(reasoning) }
    json.endObject()
  }

  private mutating func write(_ reasoning: Reasoning) {
    guard model.thinks else {
      if reasoning.extent != .off { losses.drop(.reasoning) }
      return
    }
    json.name("thinkingConfig")
    json.beginObject()
    if reasoning.isShown { json.member("includeThoughts", true) }
    switch reasoning.extent {
    case .automatic: json.member("thinkingBudget", -1 as Int64)
    case .budget(let tokens): json.member("thinkingBudget", tokens)
    case .off where !model.thinksInLevels && model.leastBudget == 0: json.member("thinkingBudget", 0 as Int64)
    case .off:
      losses.approximate(.reasoning)
      if model.thinksInLevels {
        json.member("thinkingLevel", model.leastLevel)
      } else {
        json.member("thinkingBudget", model.leastBudget)
      }
    case .effort(let effort) where model.thinksInLevels:
      let level =
        effort == .minimal
        ? model.leastLevel : effort == .xhigh || effort == .max ? "HIGH" : effort.rawValue.uppercased()
      if level != effort.rawValue.uppercased() { losses.approximate(.reasoning) }
      json.member("thinkingLevel", level)
    case .effort(let effort):
      losses.approximate(.reasoning)
      json.member("thinkingBudget", min(Reasoning.budget(of: effort), model.thinkingMax))
    }
    json.endObject()
  }
}
