// OpenAIChat+Conversation: an agent's request is read (`CompletionCreateParams` of OpenAI's SDK).

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension OpenAIChat {
  public static func conversation(
    from body: ByteSlice, model: ModelName, streams: Bool
  ) throws(Fault) -> Conversation {
    try .reading(body, model: model, streams: streams, lettingGo: hints) { request, conversation throws(ShapeFault) in
      try read(&request, into: &conversation)
    }
  }

  private static func read(
    _ request: inout ObjectReader, into conversation: inout Conversation
  ) throws(ShapeFault) {
    // Where they stand is known before anything is translated.
    _ = request.value("model")
    _ = request.value("stream")
    guard let messages = try request.objects("messages") else { throw request.fault("messages", "is missing") }
    if messages.isEmpty { throw request.fault("messages", "must hold at least one message") }
    var reading = MessageReading()
    for var message in messages { try reading.read(&message) }
    conversation.messages = reading.messages
    try readTools(&request, into: &conversation)
    conversation.sampling = try sampling(&request)
    if var format = try request.object("response_format") {
      conversation.format = try answerFormat(&format)
      note(format, as: "response_format", in: &conversation)
    }
    try readReasoning(&request, into: &conversation)
    try readStreamOptions(&request, into: &conversation)
    try readTheRest(&request, into: &conversation)
    conversation.untranslatable += reading.untranslatable.sorted()
    conversation.untranslatable += request.unread
  }

  /// Puts down what nobody knows of a member.
  private static func note(_ object: ObjectReader, as path: String, in conversation: inout Conversation) {
    conversation.untranslatable += object.unread.map { path + "." + $0 }
  }

  private static func sampling(_ request: inout ObjectReader) throws(ShapeFault) -> Sampling {
    var sampling = Sampling()
    let old = try positive("max_tokens", of: &request)
    sampling.outputMax = try positive("max_completion_tokens", of: &request) ?? old
    sampling.temperature = try request.double("temperature")
    sampling.topP = try request.double("top_p")
    sampling.topK = try request.integer("top_k")
    sampling.frequencyPenalty = try request.double("frequency_penalty")
    sampling.presencePenalty = try request.double("presence_penalty")
    sampling.seed = try request.integer("seed")
    if let stop = request.value("stop") {
      sampling.stop = if let text = stop.string { [text] } else { try request.strings("stop") ?? [] }
    }
    sampling.choices = try positive("n", of: &request) ?? 1
    if sampling.choices > Limits.choicesMax { throw request.fault("n", "must be at most \(Limits.choicesMax)") }
    let alternatives = try request.integer("top_logprobs")
    if try request.bool("logprobs") == true { sampling.logprobs = alternatives ?? 0 }
    return sampling
  }

  private static func positive(_ name: String, of request: inout ObjectReader) throws(ShapeFault) -> Int64? {
    guard let number = try request.integer(name) else { return nil }
    if number < 1 { throw request.fault(name, "must be at least 1") }
    return number
  }

  private static func answerFormat(_ format: inout ObjectReader) throws(ShapeFault) -> AnswerFormat {
    switch try format.required("type") {
    case "text": return .text
    case "json_object": return .json
    case "json_schema":
      guard var schema = try format.object("json_schema") else { throw format.fault("json_schema", "is missing") }
      return .schema(
        AnswerSchema(
          name: try schema.required("name"), description: try schema.string("description"),
          schema: try schema.object("schema")?.value ?? .object([]), isStrict: try schema.bool("strict") ?? false))
    default: throw format.fault("type", "must be text, json_object or json_schema")
    }
  }

  /// `reasoning_effort`, or Anthropic's `thinking` in the form in which several gateways and DeepSeek take it. What
  /// providers have added to it of their own is let go.
  private static func readReasoning(
    _ request: inout ObjectReader, into conversation: inout Conversation
  ) throws(ShapeFault) {
    // Groq's word for what a model does unasked.
    let effort = try request.string("reasoning_effort").flatMap { $0 == "default" ? nil : $0 }
    if request.value("thinking")?.kind == .object, var thinking = try request.object("thinking") {
      let type = try thinking.string("type")
      let budget = try thinking.integer("budget_tokens")
      if !thinking.unread.isEmpty { conversation.untranslatable += thinking.unread.map { "thinking." + $0 } }
      var extent: Reasoning.Extent?
      switch type {
      case "disabled": extent = .off
      case "enabled" where budget != nil: extent = budget.map { .budget($0) }
      case "enabled", "adaptive", "auto": if effort == nil { extent = .automatic }
      case nil: break
      default: throw thinking.fault("type", "must be enabled, adaptive or disabled")
      }
      if let extent { return conversation.reasoning = Reasoning(extent, isShown: true) }
    } else if let flag = request.value("thinking")?.bool {
      if !flag || effort == nil { return conversation.reasoning = Reasoning(flag ? .automatic : .off, isShown: true) }
    }
    guard let effort else { return }
    guard let extent = extent(of: effort) else {
      throw request.fault("reasoning_effort", "must be none, minimal, low, medium, high, xhigh or max")
    }
    conversation.reasoning = Reasoning(extent, isShown: true)
  }

  /// What OpenAI's word for an effort asks for, in both of its dialects; nil for another word.
  package static func extent(of effort: String) -> Reasoning.Extent? {
    switch effort {
    case "none": .off
    default: Reasoning.Effort(rawValue: effort).map { .effort($0) }
    }
  }

  private static func readStreamOptions(
    _ request: inout ObjectReader, into conversation: inout Conversation
  ) throws(ShapeFault) {
    var options = try request.object("stream_options")
    let includesUsage = try options?.bool("include_usage") ?? false
    conversation.wantsStreamUsage = !conversation.streams || includesUsage
    if let options { note(options, as: "stream_options", in: &conversation) }
  }

  private static func readTheRest(
    _ request: inout ObjectReader, into conversation: inout Conversation
  ) throws(ShapeFault) {
    conversation.user = try request.string("user")
    conversation.metadata = try metadata(&request)
    conversation.serviceTier = try serviceTier(&request)
    readExtras(&request, into: &conversation)
    if let verbosity = request.value("verbosity"), verbosity.string != "medium" {
      conversation.extras[.verbosity] = verbosity
    }
    if request.value("web_search_options") != nil { conversation.webSearch = WebSearch() }
    if let modalities = try request.strings("modalities"), modalities != ["text"] {
      conversation.untranslatable.append("modalities")
    }
  }

  /// nil where it is what would be anyway, in the words of OpenAI's copies too.
  package static func serviceTier(_ request: inout ObjectReader) throws(ShapeFault) -> String? {
    switch try request.string("service_tier") {
    case nil, "auto", "standard", "on_demand", "": nil
    case let tier: tier
    }
  }

  private static let extras: [Feature] = [.promptCacheKey, .promptCacheRetention, .safetyIdentifier]

  /// What both of OpenAI's dialects call the same and nobody else has.
  package static func readExtras(_ request: inout ObjectReader, into conversation: inout Conversation) {
    for feature in extras { conversation.extras[feature] = request.value(feature.name) }
  }

  package static func writeExtras(of conversation: Conversation, to writer: inout JSONWriter) {
    for feature in extras {
      guard let value = conversation.extras[feature] else { continue }
      writer.name(anyOf: feature.name)
      writer.value(value)
    }
  }

  /// OpenAI refuses longer ones, such as Claude Code's.
  package static func user(of conversation: Conversation, _ losses: inout Losses) -> String? {
    guard let user = conversation.user, user.utf8.count > Limits.userLengthMax else { return conversation.user }
    losses.drop(.user)
    return nil
  }

  /// Texts by name, the same in both of OpenAI's dialects.
  package static func metadata(_ request: inout ObjectReader) throws(ShapeFault) -> [(name: String, value: String)] {
    guard let metadata = try request.object("metadata") else { return [] }
    var members: [(name: String, value: String)] = []
    for member in metadata.value.members ?? [] {
      guard let text = member.value.string else { throw metadata.fault(member.name, "must be a string") }
      members.append((member.name, text))
    }
    return members
  }
}
