// BedrockConverse+Conversation: an agent's request becomes a conversation.

import Anthropic
import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension BedrockConverse {
  public static func conversation(
    from body: ByteSlice, model: ModelName, streams: Bool
  ) throws(Fault) -> Conversation {
    try .reading(body, model: model, streams: streams, lettingGo: hints) { request, conversation throws(ShapeFault) in
      var reading = BedrockRequestReading(conversation)
      try reading.read(&request)
      conversation = reading.conversation
    }
  }
}

/// A request being read.
struct BedrockRequestReading {
  private(set) var conversation: Conversation
  private var blocks = BedrockBlockReading()

  init(_ conversation: Conversation) { self.conversation = conversation }

  mutating func read(_ object: inout ObjectReader) throws(ShapeFault) {
    conversation.messages = try blocks.messages(of: &object)
    try readTools(&object)
    try readInference(&object)
    try readOutput(&object)
    try readModelFields(&object)
    try readRest(&object)
    blocks.note(object.unread, in: "")
    conversation.untranslatable = blocks.unheard.untranslatable
    conversation.hints = blocks.unheard.hints
  }

  // MARK: tools

  private mutating func readTools(_ object: inout ObjectReader) throws(ShapeFault) {
    guard var config = try object.object("toolConfig") else { return }
    let tools = try config.objects("tools") ?? []
    if tools.count > BedrockConverse.Limits.toolsMax {
      throw config.fault("tools", "has more than \(BedrockConverse.Limits.toolsMax) tools")
    }
    for var tool in tools {
      if let marker = try blocks.cachePoint(&tool) {
        if let last = conversation.tools.indices.last { conversation.tools[last].cache = marker }
      } else if var specification = try tool.object("toolSpec") {
        var schema = try specification.object("inputSchema")
        conversation.tools.append(
          Tool(
            name: try specification.required("name"), description: try specification.string("description"),
            parameters: try schema?.object("json")?.value,
            isStrict: try specification.bool("strict") == true ? true : nil))
        blocks.note(specification.unread, in: "toolConfig.tools[].toolSpec.")
      }
      blocks.note(tool.unread, in: "toolConfig.tools[].")
    }
    if var choice = try config.object("toolChoice") {
      if try choice.object("auto") != nil { conversation.toolChoice = .auto }
      if try choice.object("any") != nil { conversation.toolChoice = .required }
      if var tool = try choice.object("tool") { conversation.toolChoice = .tool(try tool.required("name")) }
      blocks.note(choice.unread, in: "toolConfig.toolChoice.")
    }
    blocks.note(config.unread, in: "toolConfig.")
  }

  // MARK: the answer

  private mutating func readInference(_ object: inout ObjectReader) throws(ShapeFault) {
    guard var config = try object.object("inferenceConfig") else { return }
    if let most = try config.integer("maxTokens") {
      if most < 1 { throw config.fault("maxTokens", "must be at least 1") }
      conversation.sampling.outputMax = most
    }
    conversation.sampling.temperature = try config.double("temperature")
    conversation.sampling.topP = try config.double("topP")
    conversation.sampling.stop = try config.strings("stopSequences") ?? []
    blocks.note(config.unread, in: "inferenceConfig.")
  }

  private mutating func readOutput(_ object: inout ObjectReader) throws(ShapeFault) {
    guard var config = try object.object("outputConfig") else { return }
    if let effort = try config.string("effort") { try readEffort(effort, config.fault("effort", Self.effortProblem)) }
    if var format = try config.object("textFormat") {
      guard try format.required("type") == "json_schema" else { throw format.fault("type", "must be json_schema") }
      var structure = try format.object("structure")
      guard var wanted = try structure?.object("jsonSchema") else { throw format.fault("structure", "is missing") }
      let text = try wanted.required("schema")
      guard let schema = try? JSONValue.parse(text.utf8.span), schema.kind == .object else {
        throw wanted.fault("schema", "must be the text of a JSON object")
      }
      conversation.format = .schema(
        AnswerSchema(
          name: try wanted.string("name") ?? "answer", description: try wanted.string("description"), schema: schema,
          isStrict: true))
      blocks.note(format.unread, in: "outputConfig.textFormat.")
    }
    blocks.note(config.unread, in: "outputConfig.")
  }

  private static let effortProblem = "must be minimal, low, medium, high, xhigh or max"

  private mutating func readEffort(_ word: String, _ fault: ShapeFault) throws(ShapeFault) {
    guard let effort = Reasoning.Effort(rawValue: word) else { throw fault }
    conversation.reasoning = Reasoning(.effort(effort), isShown: conversation.reasoning?.isShown ?? false)
  }

  /// What models have of their own, as far as others have it too.
  private mutating func readModelFields(_ object: inout ObjectReader) throws(ShapeFault) {
    guard var fields = try object.object("additionalModelRequestFields") else { return }
    conversation.sampling.topK = try fields.integer("top_k")
    if var config = try fields.object("inferenceConfig") {
      conversation.sampling.topK = try config.integer("topK")
      blocks.note(config.unread, in: "additionalModelRequestFields.inferenceConfig.")
    }
    if let effort = try fields.string("reasoning_effort") {
      try readEffort(effort, fields.fault("reasoning_effort", Self.effortProblem))
    }
    for name in ["reasoning_config", "reasoningConfig", "thinking"] { try readThinking(name, in: &fields) }
    blocks.note(fields.unread, in: "additionalModelRequestFields.")
  }

  /// What the same is called by the models that have it: a word alone, Nova's words, or Claude's. What is none of these is
  /// a model's own, and let go.
  private mutating func readThinking(_ name: String, in fields: inout ObjectReader) throws(ShapeFault) {
    let path = "additionalModelRequestFields." + name
    guard let value = fields.value(name) else { return }
    guard value.kind == .object, var thinking = try fields.object(name) else {
      if let word = value.string, Reasoning.Effort(rawValue: word) != nil {
        return try readEffort(word, fields.fault(name, Self.effortProblem))
      }
      return blocks.note([path], in: "")
    }
    let isShown = try thinking.string("display") != "omitted"
    switch thinking.value("type")?.string {
    case "disabled": conversation.reasoning = Reasoning(.off, isShown: false)
    case "adaptive":
      conversation.reasoning = Reasoning(conversation.reasoning?.extent ?? .automatic, isShown: isShown)
    case "enabled":
      if let budget = try thinking.integer("budget_tokens") {
        if budget < ClaudeThinking.budgetMin {
          throw thinking.fault("budget_tokens", "must be at least \(ClaudeThinking.budgetMin)")
        }
        conversation.reasoning = Reasoning(.budget(budget), isShown: isShown)
      } else if let word = try thinking.string("maxReasoningEffort") {
        try readEffort(word.lowercased(), thinking.fault("maxReasoningEffort", Self.effortProblem))
      } else if name == "thinking" {
        throw thinking.fault("budget_tokens", "is missing")
      } else {
        conversation.reasoning = Reasoning(.automatic, isShown: isShown)
      }
    default: return blocks.note([path], in: "")
    }
    blocks.note(thinking.unread, in: path + ".")
  }

  private mutating func readRest(_ object: inout ObjectReader) throws(ShapeFault) {
    if let metadata = try object.object("requestMetadata") {
      for member in metadata.value.members ?? [] where !member.value.isNull {
        guard let text = member.value.string else { throw metadata.fault(member.name, "must be a string") }
        if member.name == "user" {
          conversation.user = text
        } else {
          conversation.metadata.append((name: member.name, value: text))
        }
      }
    }
    if var tier = try object.object("serviceTier") {
      let type = try tier.required("type")
      if type != "default" { conversation.serviceTier = type }
      blocks.note(tier.unread, in: "serviceTier.")
    }
    if var performance = try object.object("performanceConfig") {
      if try performance.string("latency") ?? "standard" != "standard" {
        blocks.note(["performanceConfig.latency"], in: "")
      }
      blocks.note(performance.unread, in: "performanceConfig.")
    }
  }
}
