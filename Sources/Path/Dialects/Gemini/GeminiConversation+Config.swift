// GeminiConversation+Config: tools, and how the answer is to be made.

import Conversation
import Hub
import JSON

extension GeminiConversation {
  mutating func read(tool given: ObjectReader) throws(ShapeFault) {
    var tool = given
    for declared in try Self.oneOrMore("functionDeclarations", of: &tool) ?? [] {
      var function = declared
      var read = Tool(name: try function.required("name"), description: try function.string("description"))
      if let schema = function.value("parametersJsonSchema") {
        guard schema.kind == .object else { throw function.fault("parametersJsonSchema", "must be an object") }
        read.parameters = schema
      }
      if let schema = function.value("parameters") {
        if read.parameters != nil { throw function.fault("parameters", "is given beside parametersJsonSchema") }
        read.parameters = try GeminiSchema.jsonSchema(of: schema, at: function.path(to: "parameters"))
      }
      refuse(unreadOf: function)
      if conversation.tools.count == GeminiContent.Limits.functionsMax {
        throw ShapeFault(
          path: function.path, problem: "is one too many: at most \(GeminiContent.Limits.functionsMax) functions")
      }
      conversation.tools.append(read)
    }
    for name in ["googleSearch", "googleSearchRetrieval"] {
      guard let search = try tool.object(name) else { continue }
      conversation.webSearch = WebSearch()
      refuse(unreadOf: search)
    }
    refuse(unreadOf: tool)
  }

  mutating func read(toolConfig config: inout ObjectReader) throws(ShapeFault) {
    if var calling = try config.object("functionCallingConfig") {
      let allowed = try calling.strings("allowedFunctionNames") ?? []
      let mode = try calling.string("mode")?.uppercased() ?? "MODE_UNSPECIFIED"
      switch mode {
      case "MODE_UNSPECIFIED": break
      case "AUTO": conversation.toolChoice = .auto
      case "NONE": conversation.toolChoice = ToolChoice.none
      case "ANY" where allowed.count == 1: conversation.toolChoice = .tool(allowed[0])
      case "ANY": conversation.toolChoice = .required
      case "VALIDATED":
        conversation.toolChoice = .auto
        for index in conversation.tools.indices { conversation.tools[index].isStrict = true }
      default: throw calling.fault("mode", "must be AUTO, ANY, NONE or VALIDATED")
      }
      if mode != "ANY" && !allowed.isEmpty || allowed.count > 1 {
        if Set(allowed) != Set(conversation.tools.map(\.name)) { refuse(calling.path(to: "allowedFunctionNames")) }
      }
      refuse(unreadOf: calling)
    }
    refuse(unreadOf: config)
  }

  mutating func read(generationConfig config: inout ObjectReader) throws(ShapeFault) {
    conversation.sampling.outputMax = try config.atLeastOne("maxOutputTokens")
    conversation.sampling.temperature = try config.double("temperature")
    conversation.sampling.topP = try config.double("topP")
    conversation.sampling.topK = try config.integer("topK")
    conversation.sampling.frequencyPenalty = try config.double("frequencyPenalty")
    conversation.sampling.presencePenalty = try config.double("presencePenalty")
    conversation.sampling.stop = try config.strings("stopSequences") ?? []
    conversation.sampling.seed = try config.integer("seed")
    let choices = try config.atLeastOne("candidateCount") ?? 1
    if choices > GeminiContent.Limits.candidatesMax {
      throw config.fault("candidateCount", "must be at most \(GeminiContent.Limits.candidatesMax)")
    }
    conversation.sampling.choices = choices
    let alternatives = try config.integer("logprobs")
    if try config.bool("responseLogprobs") == true {
      let alternatives = alternatives ?? 0
      if !(0...GeminiContent.Limits.logprobsMax).contains(alternatives) {
        throw config.fault("logprobs", "must be 0 to \(GeminiContent.Limits.logprobsMax)")
      }
      conversation.sampling.logprobs = alternatives
    }
    try read(formatIn: &config)
    if var thinking = try config.object("thinkingConfig") { conversation.reasoning = try reasoning(&thinking) }
    if let modalities = try config.strings("responseModalities"),
      modalities.contains(where: { $0.uppercased() != "TEXT" })
    {
      refuse(config.path(to: "responseModalities"))
    }
    if let resolution = try config.string("mediaResolution"), resolution != "MEDIA_RESOLUTION_UNSPECIFIED" {
      refuse(config.path(to: "mediaResolution"))
    }
    refuse(unreadOf: config)
  }

  private mutating func read(formatIn config: inout ObjectReader) throws(ShapeFault) {
    var schema = config.value("responseJsonSchema")
    if let schema, schema.kind != .object { throw config.fault("responseJsonSchema", "must be an object") }
    if let own = config.value("responseSchema") {
      if schema != nil { throw config.fault("responseSchema", "is given beside responseJsonSchema") }
      schema = try GeminiSchema.jsonSchema(of: own, at: config.path(to: "responseSchema"))
    }
    switch try config.string("responseMimeType") ?? "text/plain" {
    case "application/json":
      conversation.format =
        schema.map { .schema(AnswerSchema(name: "answer", schema: $0, isStrict: true)) } ?? .json
    case "text/plain", "":
      if schema != nil { throw config.fault("responseMimeType", "must be application/json where a schema is given") }
    default: refuse(config.path(to: "responseMimeType"))
    }
  }

  private mutating func reasoning(_ thinking: inout ObjectReader) throws(ShapeFault) -> Reasoning? {
    let isShown = try thinking.bool("includeThoughts") ?? false
    let budget = try thinking.integer("thinkingBudget")
    let level = try thinking.string("thinkingLevel")?.lowercased()
    refuse(unreadOf: thinking)
    switch (level, budget) {
    case (nil, nil), ("thinking_level_unspecified", nil): return isShown ? Reasoning(.automatic, isShown: true) : nil
    case (nil, 0): return Reasoning(.off, isShown: isShown)
    case (nil, -1): return Reasoning(.automatic, isShown: isShown)
    case (nil, let budget?) where budget > 0: return Reasoning(.budget(budget), isShown: isShown)
    case (let level?, nil):
      guard let effort = Reasoning.Effort(rawValue: level) else {
        throw thinking.fault("thinkingLevel", "must be MINIMAL, LOW, MEDIUM, HIGH or XHIGH")
      }
      return Reasoning(.effort(effort), isShown: isShown)
    case (nil, _): throw thinking.fault("thinkingBudget", "must be at least -1")
    case (_, _): throw thinking.fault("thinkingBudget", "is given beside thinkingLevel")
    }
  }
}

extension ObjectReader {
  fileprivate mutating func atLeastOne(_ name: String) throws(ShapeFault) -> Int64? {
    guard let number = try integer(name) else { return nil }
    if number < 1 { throw fault(name, "must be at least 1") }
    return number
  }
}
