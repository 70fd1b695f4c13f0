// AnthropicMessages+Conversation: an agent's request becomes a conversation.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension AnthropicMessages {
  public static func conversation(
    from body: ByteSlice, model: ModelName, streams: Bool
  ) throws(Fault) -> Conversation {
    try .reading(body, model: model, streams: streams, lettingGo: hints) { request, conversation throws(ShapeFault) in
      var reading = AnthropicRequestReading(conversation)
      try reading.read(&request)
      conversation = reading.conversation
    }
  }
}

/// A request being read.
struct AnthropicRequestReading {
  private(set) var conversation: Conversation
  private var blocks = AnthropicBlockReading()

  init(_ conversation: Conversation) { self.conversation = conversation }

  mutating func read(_ object: inout ObjectReader) throws(ShapeFault) {
    _ = object.value("model")
    _ = object.value("stream")
    try readMessages(&object)
    try readTools(&object)
    try readSampling(&object)
    try readReasoning(&object)
    try readRest(&object)
    blocks.note(object.unread, in: "")
    conversation.untranslatable = blocks.unheard.untranslatable
    conversation.hints += blocks.unheard.hints
  }

  // MARK: messages

  private mutating func readMessages(_ object: inout ObjectReader) throws(ShapeFault) {
    conversation.messages = try blocks.messages(of: &object)
    // A marker of the whole request stands at its last block.
    if let marker = try blocks.cacheMarker(&object), let last = conversation.messages.indices.last,
      let part = conversation.messages[last].parts.indices.last, conversation.messages[last].parts[part].cache == nil
    {
      conversation.messages[last].parts[part].cache = marker
    }
  }

  // MARK: tools

  private mutating func readTools(_ object: inout ObjectReader) throws(ShapeFault) {
    let tools = try object.objects("tools") ?? []
    if tools.count > AnthropicMessages.Limits.toolsMax {
      throw object.fault("tools", "has more than \(AnthropicMessages.Limits.toolsMax) tools")
    }
    var search: String?
    for var tool in tools {
      if let type = try tool.string("type"), type != "custom" {
        if type.hasPrefix("web_search_") {
          search = try tool.string("name")
          try readSearch(&tool)
        } else {
          blocks.note([type], in: "tools[].")
        }
        continue
      }
      let schema = tool.value("input_schema")
      if let schema, schema.kind != .object { throw tool.fault("input_schema", "must be an object") }
      conversation.tools.append(
        Tool(
          name: try tool.required("name"), description: try tool.string("description"), parameters: schema,
          isStrict: try tool.bool("strict") == true ? true : nil, cache: try blocks.cacheMarker(&tool)))
      blocks.note(tool.unread, in: "tools[].")
    }
    guard var choice = try object.object("tool_choice") else { return }
    switch try choice.required("type") {
    case "auto": conversation.toolChoice = .auto
    case "any": conversation.toolChoice = .required
    case "none": conversation.toolChoice = ToolChoice.none
    case "tool":
      let name = try choice.required("name")
      // Nobody else can be made to search.
      if name != search { conversation.toolChoice = .tool(name) }
    default: throw choice.fault("type", "must be auto, any, tool or none")
    }
    if try choice.bool("disable_parallel_tool_use") == true { conversation.allowsParallelTools = false }
    blocks.note(choice.unread, in: "tool_choice.")
  }

  private mutating func readSearch(_ tool: inout ObjectReader) throws(ShapeFault) {
    conversation.webSearch = WebSearch(allowedDomains: try tool.strings("allowed_domains") ?? [])
    for name in ["max_uses", "cache_control"] { _ = tool.value(name) }
    blocks.note(tool.unread, in: "tools[].")
  }

  // MARK: the answer

  private mutating func readSampling(_ object: inout ObjectReader) throws(ShapeFault) {
    if let most = try object.integer("max_tokens") {
      if most < 1 { throw object.fault("max_tokens", "must be at least 1") }
      conversation.sampling.outputMax = most
    }
    conversation.sampling.temperature = try object.double("temperature")
    conversation.sampling.topP = try object.double("top_p")
    conversation.sampling.topK = try object.integer("top_k")
    conversation.sampling.stop = try object.strings("stop_sequences") ?? []
  }

  private mutating func read(format: inout ObjectReader) throws(ShapeFault) {
    guard try format.required("type") == "json_schema" else { throw format.fault("type", "must be json_schema") }
    guard let schema = try format.object("schema") else { throw format.fault("schema", "is missing") }
    conversation.format = .schema(AnswerSchema(name: "answer", schema: schema.value, isStrict: true))
    blocks.note(format.unread, in: "output_config.format.")
  }

  private mutating func readReasoning(_ object: inout ObjectReader) throws(ShapeFault) {
    var effort: Reasoning.Effort?
    if var config = try object.object("output_config") {
      switch try config.string("effort") {
      case nil: break
      case let word? where word != "minimal" && Reasoning.Effort(rawValue: word) != nil:
        effort = Reasoning.Effort(rawValue: word)
      default: throw config.fault("effort", "must be low, medium, high, xhigh or max")
      }
      if var format = try config.object("format") { try read(format: &format) }
      blocks.note(config.unread, in: "output_config.")
    }
    // What it was called first.
    if var format = try object.object("output_format") { try read(format: &format) }
    guard var thinking = try object.object("thinking") else {
      if let effort { conversation.reasoning = Reasoning(.effort(effort), isShown: false) }
      return
    }
    let isShown = try thinking.string("display") != "omitted"
    switch try thinking.required("type") {
    case "disabled": conversation.reasoning = Reasoning(.off, isShown: false)
    case "adaptive":
      conversation.reasoning = Reasoning(effort.map { .effort($0) } ?? .automatic, isShown: isShown)
    case "enabled":
      guard let budget = try thinking.integer("budget_tokens") else {
        throw thinking.fault("budget_tokens", "is missing")
      }
      if budget < 1_024 { throw thinking.fault("budget_tokens", "must be at least 1024") }
      conversation.reasoning = Reasoning(.budget(budget), isShown: isShown)
    case let type: blocks.note([type], in: "thinking.")
    }
    blocks.note(thinking.unread, in: "thinking.")
  }

  private mutating func readRest(_ object: inout ObjectReader) throws(ShapeFault) {
    if var metadata = try object.object("metadata") {
      conversation.user = try metadata.string("user_id")
      blocks.note(metadata.unread, in: "metadata.")
    }
    switch try object.string("service_tier") {
    case nil, "auto": break
    case "standard_only": conversation.serviceTier = "default"
    case let tier: conversation.serviceTier = tier
    }
    try readContextManagement(&object)
  }

  /// What old parts of a conversation are cleared of nobody else has kept. Whoever cannot make a summary is not asked.
  private mutating func readContextManagement(_ object: inout ObjectReader) throws(ShapeFault) {
    guard var management = try object.object("context_management") else { return }
    for var edit in try management.objects("edits") ?? [] {
      if try edit.string("type")?.hasPrefix("clear_") != true { return blocks.note(["context_management"], in: "") }
    }
    if management.unread.isEmpty {
      blocks.unheard.hint("context_management")
    } else {
      blocks.note(["context_management"], in: "")
    }
  }
}
