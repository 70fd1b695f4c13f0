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
    do throws(ShapeFault) {
      var object = try ObjectReader(parsing: body)
      var reading = BedrockRequestReading(model: model, streams: streams)
      try reading.read(&object)
      return reading.conversation
    } catch { throw error.fault }
  }
}

/// A request being read.
struct BedrockRequestReading {
  private(set) var conversation: Conversation
  private var blocks = BedrockBlockReading()

  init(model: ModelName, streams: Bool) {
    conversation = Conversation(model: model.text)
    conversation.streams = streams
  }

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
    guard let effort = Reasoning.Effort(rawValue: word == "max" ? "xhigh" : word) else { throw fault }
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
    if var config = try fields.object("reasoningConfig") {
      if try config.string("type") == "enabled" {
        let effort = try config.string("maxReasoningEffort") ?? "medium"
        try readEffort(effort, config.fault("maxReasoningEffort", Self.effortProblem))
      }
      blocks.note(config.unread, in: "additionalModelRequestFields.reasoningConfig.")
    }
    // What the same was called first.
    let name = fields.value("thinking") == nil ? "reasoning_config" : "thinking"
    if var thinking = try fields.object(name) {
      let isShown = try thinking.string("display") != "omitted"
      switch try thinking.required("type") {
      case "disabled": conversation.reasoning = Reasoning(.off, isShown: false)
      case "adaptive":
        conversation.reasoning = Reasoning(conversation.reasoning?.extent ?? .automatic, isShown: isShown)
      case "enabled":
        guard let budget = try thinking.integer("budget_tokens") else {
          throw thinking.fault("budget_tokens", "is missing")
        }
        if budget < ClaudeThinking.budgetMin {
          throw thinking.fault("budget_tokens", "must be at least \(ClaudeThinking.budgetMin)")
        }
        conversation.reasoning = Reasoning(.budget(budget), isShown: isShown)
      case let type: blocks.note([type], in: "additionalModelRequestFields.thinking.")
      }
      blocks.note(thinking.unread, in: "additionalModelRequestFields.thinking.")
    }
    if fields.value("anthropic_beta") != nil { blocks.unheard.hint("additionalModelRequestFields.anthropic_beta") }
    blocks.note(fields.unread, in: "additionalModelRequestFields.")
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
    if let paths = try object.array("additionalModelResponseFieldPaths"), !paths.isEmpty {
      blocks.note(["additionalModelResponseFieldPaths"], in: "")
    }
    if let variables = try object.object("promptVariables"), variables.value.count > 0 {
      blocks.note(["promptVariables"], in: "")
    }
  }
}
