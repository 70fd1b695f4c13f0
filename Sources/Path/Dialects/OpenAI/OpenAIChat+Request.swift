// OpenAIChat+Request: a request as a provider gets it.

import Bytes
import Conversation
import Hub
import JSON

extension OpenAIChat {
  public static func body(of conversation: Conversation, losses: inout Losses) -> ByteSlice {
    let conversation = OpenAIEffort.fitted(conversation, &losses)
    var writer = JSONWriter(minimumCapacity: 1_024)
    writer.beginObject()
    writer.member("model", conversation.model)
    let habits = conversation.habits
    var messages = MessageWriting(for: conversation)
    let turns = conversation.chatMessages(&losses, isSent: messages.isSent)
    writer.name("messages")
    writer.beginArray()
    for message in turns { messages.write(message, to: &writer) }
    writer.endArray()
    losses.formUnion(messages.losses)
    writeTools(of: conversation, to: &writer, &losses)
    write(conversation.sampling, of: conversation, to: &writer, &losses)
    write(fitting(conversation.format, &losses), to: &writer)
    if let extent = conversation.reasoning?.extent {
      let effort =
        habits.refusesUnknown
        ? MistralModel.effort(of: extent, model: conversation.model, &losses) : effort(of: extent, &losses)
      writer.member("reasoning_effort", ifGiven: effort)
    }
    if conversation.streams {
      writer.member("stream", true)
      // Asked for whatever the agent wants, because it is what the call is booked at.
      if habits.asksForStreamUsage {
        writer.object("stream_options") { $0.member("include_usage", true) }
      }
    }
    if habits.refusesUnknown {
      if conversation.user != nil { losses.approximate(.user) }
      if !conversation.metadata.isEmpty { losses.approximate(.metadata) }
    } else {
      writer.member("user", ifGiven: user(of: conversation, &losses))
      writer.member("verbosity", ifGiven: conversation.extras[.verbosity])
      writeExtras(of: conversation, to: &writer)
      writeMetadata(of: conversation, to: &writer)
    }
    losses.drop(.webSearch, ifGiven: conversation.webSearch)
    writer.member("service_tier", ifGiven: tier(of: conversation, &losses))
    writer.endObject()
    return writer.take()
  }

  /// What the provider calls the tier that was asked for, in both of OpenAI's dialects; one that it has no word for is let
  /// go: it changes the price and the time, not the answer.
  package static func tier(of conversation: Conversation, _ losses: inout Losses) -> String? {
    guard let tier = conversation.usualTier else { return nil }
    if let words = conversation.habits.tiers.words {
      if let word = words[tier] { return word }
      if tier == "default" { return nil }
    } else if ["default", "flex", "priority", "scale"].contains(tier) {
      return tier
    }
    losses.approximate(.serviceTier)
    return nil
  }

  /// Whether this is one of OpenAI's own models, by its name, which may stand behind a hoster's: they take newer names of
  /// fields, and refuse fields of others.
  package static func isOwnModel(_ name: String) -> Bool {
    let name = name.utf8.lastIndex(of: UInt8(ascii: "/")).map { name[name.utf8.index(after: $0)...] } ?? name[...]
    if ["gpt-", "chatgpt-", "ft:gpt-"].contains(where: { name.hasPrefix($0) }) { return !name.hasPrefix("gpt-oss") }
    // o1, o3-mini, ...
    return name.utf8.count > 1 && name.utf8.first == UInt8(ascii: "o")
      && (48...57).contains(name.utf8[name.utf8.index(after: name.utf8.startIndex)])
  }

  package static func effort(of extent: Reasoning.Extent, _ losses: inout Losses) -> String? {
    switch extent {
    case .off: return "none"
    case .effort(let effort): return effort.rawValue
    case .budget(let tokens):
      losses.approximate(.reasoning)
      return Reasoning.effort(of: tokens).rawValue
    // What every model of this dialect does unless told otherwise.
    case .automatic: return nil
    }
  }

  private static func write(
    _ sampling: Sampling, of conversation: Conversation, to writer: inout JSONWriter, _ losses: inout Losses
  ) {
    if let most = sampling.outputMax {
      // OpenAI's reasoning models refuse the older name, many copies do not know the newer.
      let isNewer = conversation.habits.outputMaxField.map { $0 == .maxCompletionTokens }
      if isNewer ?? isOwnModel(conversation.model) {
        writer.member("max_completion_tokens", most)
      } else {
        writer.member("max_tokens", most)
      }
    }
    writer.member("temperature", ifGiven: sampling.temperature)
    writer.member("top_p", ifGiven: sampling.topP)
    losses.drop(.topK, ifGiven: sampling.topK)
    writer.member("frequency_penalty", ifGiven: sampling.frequencyPenalty)
    writer.member("presence_penalty", ifGiven: sampling.presencePenalty)
    if !sampling.stop.isEmpty { writer.array("stop", of: sampling.stop) { $0.string($1) } }
    let isMistrals = conversation.habits.refusesUnknown
    writer.member(isMistrals ? "random_seed" : "seed", ifGiven: sampling.seed)
    if sampling.choices != 1 { writer.member("n", sampling.choices) }
    if isMistrals {
      losses.drop(.logprobs, ifGiven: sampling.logprobs)
    } else if let logprobs = sampling.logprobs {
      writer.member("logprobs", true)
      if logprobs > 0 { writer.member("top_logprobs", logprobs) }
    }
  }

  private static func write(_ format: AnswerFormat, to writer: inout JSONWriter) {
    switch format {
    case .text: break
    case .json: writer.object("response_format") { $0.member("type", "json_object") }
    case .schema(let schema):
      writer.object("response_format") { format in
        format.member("type", "json_schema")
        format.object("json_schema") { write(schema, to: &$0) }
      }
    }
  }

  /// The members of a schema, the same in both of OpenAI's dialects.
  package static func write(_ schema: AnswerSchema, to writer: inout JSONWriter) {
    writer.member("name", schema.name)
    writer.member("description", ifGiven: schema.description)
    writer.member("schema", schema.schema)
    writer.member("strict", schema.isStrict)
  }

  /// The format with a schema that is strict only where it can be, the same in both of OpenAI's dialects.
  package static func fitting(_ format: AnswerFormat, _ losses: inout Losses) -> AnswerFormat {
    guard case .schema(var schema) = format, schema.isStrict, !StrictSchema.fits(schema.schema) else { return format }
    losses.approximate(.schema)
    schema.isStrict = false
    return .schema(schema)
  }

  /// Whether calls of a tool are held to its schema, the same in both of OpenAI's dialects; nil where nothing was said.
  package static func isStrict(_ tool: Tool, _ losses: inout Losses) -> Bool? {
    guard tool.isStrict == true else { return tool.isStrict }
    guard let schema = tool.parameters, !StrictSchema.fits(schema) else { return true }
    losses.approximate(.strictTools)
    return false
  }

  package static func writeMetadata(of conversation: Conversation, to writer: inout JSONWriter) {
    if conversation.metadata.isEmpty { return }
    writer.object("metadata") { metadata in
      for (name, value) in conversation.metadata {
        metadata.name(anyOf: name)
        metadata.string(value)
      }
    }
  }

  private static func writeTools(
    of conversation: Conversation, to writer: inout JSONWriter, _ losses: inout Losses
  ) {
    if conversation.tools.isEmpty { return }
    writer.array("tools", of: conversation.tools) { writer, tool in
      if tool.cache != nil { losses.approximate(.cacheMarker) }
      writer.object { entry in
        entry.member("type", "function")
        entry.object("function") { function in
          function.member("name", tool.name)
          function.member("description", ifGiven: tool.description)
          function.member("parameters", ifGiven: tool.parameters)
          function.member("strict", ifGiven: isStrict(tool, &losses))
        }
      }
    }
    switch conversation.toolChoice {
    case nil: break
    case .auto: writer.member("tool_choice", "auto")
    case .some(.none): writer.member("tool_choice", "none")
    case .required: writer.member("tool_choice", "required")
    case .tool(let name):
      writer.object("tool_choice") { choice in
        choice.member("type", "function")
        choice.object("function") { $0.member("name", name) }
      }
    }
    writer.member("parallel_tool_calls", ifGiven: conversation.allowsParallelTools)
  }
}
