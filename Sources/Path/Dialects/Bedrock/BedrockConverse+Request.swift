// BedrockConverse+Request: a conversation becomes a provider's request. The model and whether it streams stand in its path.

import Anthropic
import Bytes
import Conversation
import Hub
import JSON

extension BedrockConverse {
  public static func body(of conversation: Conversation, losses: inout Losses) -> ByteSlice {
    let model = BedrockModel(conversation.model)
    let turns = ClaudeTurns(of: conversation, losses: &losses) { BedrockBlock.isKept($0, by: model, &$1) }
    var json = JSONWriter(minimumCapacity: 2_048)
    json.beginObject()
    writeMessages(turns, of: model, to: &json)
    writeTools(of: conversation, turns: turns, model: model, losses: &losses, to: &json)
    if conversation.allowsParallelTools == false, !conversation.tools.isEmpty { losses.approximate(.parallelTools) }
    losses.drop(.webSearch, ifGiven: conversation.webSearch)
    let sampling = conversation.sampling
    let stop = model.isClaude ? ClaudeSampling.stop(sampling.stop, losses: &losses) : sampling.stop
    var outputMax = sampling.outputMax
    if case .claude(let claude) = model { outputMax = outputMax ?? claude.outputMax }
    let fields = BedrockModelFields(
      for: conversation, turns: turns, model: model, outputMax: outputMax, losses: &losses)
    if outputMax != nil || fields.temperature != nil || fields.topP != nil || !stop.isEmpty {
      json.object("inferenceConfig") { json in
        json.member("maxTokens", ifGiven: outputMax)
        json.member("temperature", ifGiven: fields.temperature)
        json.member("topP", ifGiven: fields.topP)
        if !stop.isEmpty { json.array("stopSequences", of: stop) { $0.string($1) } }
      }
    }
    fields.write(to: &json)
    writeOutput(conversation.format, effort: fields.effort, losses: &losses, to: &json)
    writeMetadata(of: conversation, losses: &losses, to: &json)
    switch conversation.usualTier {
    case nil, "default": break
    case let tier? where ["priority", "flex", "reserved"].contains(tier):
      json.object("serviceTier") { $0.member("type", tier) }
    default: losses.approximate(.serviceTier)
    }
    json.endObject()
    return json.take()
  }

  private static func writeMessages(_ turns: ClaudeTurns, of model: BedrockModel, to json: inout JSONWriter) {
    if !turns.system.isEmpty {
      json.name("system")
      json.beginArray()
      for part in turns.system { BedrockBlock.write(part, marker: model.marker(of: part), to: &json) }
      json.endArray()
    }
    var documents = 0
    json.array("messages", of: turns.turns) { json, turn in
      json.object { json in
        json.member("role", turn.isAssistant ? "assistant" : "user")
        json.name("content")
        json.beginArray()
        var names: [String] = []
        var hasText = false
        for part in turn.parts {
          if case .text = part.content { hasText = true }
          if case .document(let media) = part.content {
            documents += 1
            names.append(BedrockBlock.name(of: media, number: documents))
          }
          BedrockBlock.write(part, marker: model.marker(of: part), documentName: names.last ?? "", to: &json)
        }
        if !names.isEmpty, !hasText { json.object { $0.member("text", names.joined(separator: ", ")) } }
        json.endArray()
      }
    }
  }

  private static func writeTools(
    of conversation: Conversation, turns: ClaudeTurns, model: BedrockModel, losses: inout Losses,
    to json: inout JSONWriter
  ) {
    let called = turns.calledTools
    var tools = conversation.tools
    if conversation.toolChoice == ToolChoice.none {
      if called.isEmpty { return }
      losses.drop(.toolChoice)
    }
    if tools.isEmpty {
      if called.isEmpty { return }
      tools = called.map { Tool(name: $0) }
      losses.approximate(.tools)
    }
    json.object("toolConfig") { json in
      json.name("tools")
      json.beginArray()
      for tool in tools {
        let held = ClaudeSchema.held(tool, losses: &losses)
        json.object { json in
          json.object("toolSpec") { json in
            json.member("name", tool.name)
            if tool.description?.isBlank == false { json.member("description", ifGiven: tool.description) }
            json.object("inputSchema") { json in
              json.name("json")
              ClaudeSchema.write(held ?? tool.parameters, to: &json)
            }
            if held != nil { json.member("strict", true) }
          }
        }
        if model.marksTools {
          BedrockBlock.write(tool.cache, to: &json)
        } else if tool.cache != nil {
          losses.approximate(.cacheMarker)
        }
      }
      json.endArray()
      switch conversation.toolChoice {
      case nil, .some(.none): break
      case .auto: json.object("toolChoice") { json in json.object("auto") { _ in } }
      case .required: json.object("toolChoice") { json in json.object("any") { _ in } }
      case .tool(let name): json.object("toolChoice") { json in json.object("tool") { $0.member("name", name) } }
      }
    }
  }

  private static func writeOutput(
    _ format: AnswerFormat, effort: String?, losses: inout Losses, to json: inout JSONWriter
  ) {
    var schema: (wanted: AnswerSchema, held: JSONValue)?
    switch format {
    case .text: break
    case .json: losses.drop(.format)
    case .schema(let wanted):
      schema = ClaudeSchema.held(wanted, losses: &losses).map { (wanted, $0) }
      if schema == nil { losses.drop(.schema) }
    }
    if effort == nil, schema == nil { return }
    json.object("outputConfig") { json in
      json.member("effort", ifGiven: effort)
      guard let schema else { return }
      json.object("textFormat") { json in
        json.member("type", "json_schema")
        json.object("structure") { json in
          json.object("jsonSchema") { json in
            json.member("schema", schema.held.text(isSpaced: true))
            json.member("name", schema.wanted.name)
            json.member("description", ifGiven: schema.wanted.description)
          }
        }
      }
    }
  }

  private static func writeMetadata(
    of conversation: Conversation, losses: inout Losses, to json: inout JSONWriter
  ) {
    var pairs = conversation.metadata
    if pairs.count > Limits.metadataMax || !pairs.allSatisfy({ isAllowed($0.name) && isAllowed($0.value) }) {
      losses.drop(.metadata)
      pairs = []
    }
    if let user = conversation.user {
      if isAllowed(user), pairs.count < Limits.metadataMax, !pairs.contains(where: { $0.name == "user" }) {
        pairs.append((name: "user", value: user))
      } else {
        losses.drop(.user)
      }
    }
    if pairs.isEmpty { return }
    json.object("requestMetadata") { json in
      for pair in pairs {
        json.name(anyOf: pair.name)
        json.string(pair.value)
      }
    }
  }

  /// As API_runtime_Converse.html has it: `[a-zA-Z0-9\s:_@$#=/+,-.]{0,256}`.
  private static func isAllowed(_ text: String) -> Bool {
    text.utf8.count <= Limits.metadataLengthMax
      && text.utf8.allSatisfy { byte in
        (48...58).contains(byte) || (64...90).contains(byte) || (97...122).contains(byte) || (9...13).contains(byte)
          || " _$#=/+,-.".utf8.contains(byte)
      }
  }
}
