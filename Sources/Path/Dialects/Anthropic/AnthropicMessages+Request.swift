// AnthropicMessages+Request: a conversation becomes a provider's request.

import Bytes
import Conversation
import Hub
import JSON

extension AnthropicMessages {
  public static func body(of conversation: Conversation, losses: inout Losses) -> ByteSlice {
    let model = ClaudeModel(conversation.model)
    let turns = ClaudeTurns(of: conversation, losses: &losses, isKept: AnthropicBlock.isKept)
    let sampling = conversation.sampling
    let outputMax = sampling.outputMax ?? model.outputMax
    let thinking = ClaudeThinking(for: conversation, turns: turns, model: model, outputMax: outputMax, losses: &losses)
    var json = JSONWriter(minimumCapacity: 2_048)
    json.beginObject()
    json.member("model", conversation.model)
    json.member("max_tokens", outputMax)
    if conversation.streams { json.member("stream", true) }
    writeMessages(turns, to: &json)
    writeTools(of: conversation, turns: turns, model: model, losses: &losses, to: &json)
    ClaudeSampling(sampling, model: model, isThinking: thinking.isThinking, losses: &losses).write(to: &json)
    let stop = ClaudeSampling.stop(sampling.stop, losses: &losses)
    if !stop.isEmpty { json.array("stop_sequences", of: stop) { $0.string($1) } }
    if let setting = thinking.setting { json.object("thinking") { setting.write(to: &$0) } }
    writeOutput(of: conversation, model: model, effort: thinking.effort, losses: &losses, to: &json)
    if let user = conversation.user { json.object("metadata") { $0.member("user_id", user) } }
    if !conversation.metadata.isEmpty { losses.drop(.metadata) }
    switch conversation.usualTier {
    case nil: break
    case "default": json.member("service_tier", "standard_only")
    // Anthropic serves with priority whoever has bought it, and asks for nothing else.
    default: losses.approximate(.serviceTier)
    }
    json.endObject()
    return json.take()
  }

  private static func writeMessages(_ turns: ClaudeTurns, to json: inout JSONWriter) {
    if !turns.system.isEmpty {
      if turns.system.count == 1, let text = turns.system[0].plainText {
        json.member("system", text)
      } else {
        json.array("system", of: turns.system) { AnthropicBlock.write($1, to: &$0) }
      }
    }
    json.array("messages", of: turns.turns) { json, turn in
      json.object { json in
        json.member("role", turn.isAssistant ? "assistant" : "user")
        if turn.parts.count == 1, let text = turn.parts[0].plainText {
          json.member("content", text)
        } else {
          json.array("content", of: turn.parts) { AnthropicBlock.write($1, to: &$0) }
        }
      }
    }
  }

  private static func writeTools(
    of conversation: Conversation, turns: ClaudeTurns, model: ClaudeModel, losses: inout Losses,
    to json: inout JSONWriter
  ) {
    var tools = conversation.tools
    var choice = conversation.toolChoice
    var search = conversation.webSearch
    if search != nil, !model.searchesWeb {
      losses.drop(.webSearch)
      search = nil
    }
    if tools.isEmpty {
      tools = turns.calledTools.map { Tool(name: $0) }
      if tools.isEmpty, search == nil { return }
      if !tools.isEmpty {
        choice = search == nil ? ToolChoice.none : nil
        losses.approximate(.tools)
      }
    }
    if !model.takesSchemas, conversation.tools.contains(where: { $0.isStrict == true }) { losses.drop(.strictTools) }
    json.name("tools")
    json.beginArray()
    if let search {
      json.object { json in
        json.member("type", "web_search_20250305")
        json.member("name", "web_search")
        if !search.allowedDomains.isEmpty { json.array("allowed_domains", of: search.allowedDomains) { $0.string($1) } }
      }
    }
    for tool in tools {
      json.object { json in
        json.member("name", tool.name)
        json.member("description", ifGiven: tool.description)
        let held = model.takesSchemas ? ClaudeSchema.held(tool, losses: &losses) : nil
        json.name("input_schema")
        ClaudeSchema.write(held ?? tool.parameters, to: &json)
        if held != nil { json.member("strict", true) }
        AnthropicBlock.write(tool.cache, to: &json)
      }
    }
    json.endArray()
    let isSingle = conversation.allowsParallelTools == false
    guard choice != nil || isSingle else { return }
    json.object("tool_choice") { json in
      switch choice ?? .auto {
      case .auto: json.member("type", "auto")
      case .none: return json.member("type", "none")
      case .required: json.member("type", "any")
      case .tool(let name):
        json.member("type", "tool")
        json.member("name", name)
      }
      if isSingle { json.member("disable_parallel_tool_use", true) }
    }
  }

  private static func writeOutput(
    of conversation: Conversation, model: ClaudeModel, effort: String?, losses: inout Losses, to json: inout JSONWriter
  ) {
    var schema: JSONValue?
    switch conversation.format {
    case .text: break
    case .json: losses.drop(.format)
    case .schema(let wanted):
      schema = model.takesSchemas ? ClaudeSchema.held(wanted, losses: &losses) : nil
      if schema == nil { losses.drop(.schema) }
    }
    if effort == nil, schema == nil { return }
    json.object("output_config") { json in
      json.member("effort", ifGiven: effort)
      guard let schema else { return }
      json.object("format") { json in
        json.member("type", "json_schema")
        json.member("schema", schema)
      }
    }
  }
}

extension Part {
  /// The text, where that is all the part is.
  fileprivate var plainText: String? {
    guard case .text(let text) = content, cache == nil else { return nil }
    return text
  }
}
