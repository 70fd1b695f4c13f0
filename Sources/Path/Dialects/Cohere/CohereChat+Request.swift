// CohereChat+Request: a conversation becomes a request to Cohere.

import Bytes
import Conversation
import Hub
import JSON

extension CohereChat {
  public static func body(of conversation: Conversation, losses: inout Losses) -> ByteSlice {
    var request = CohereRequestWriter(conversation, losses: losses)
    let body = request.write()
    losses = request.losses
    return body
  }
}

/// A request being written.
struct CohereRequestWriter: ~Copyable {
  let conversation: Conversation
  var losses: Losses
  var json: JSONWriter
  /// Documents found in the messages, to be written after them.
  var documents: [Media] = []

  init(_ conversation: Conversation, losses: Losses) {
    self.conversation = conversation
    self.losses = losses
    json = JSONWriter(minimumCapacity: 2_048)
  }

  mutating func write() -> ByteSlice {
    json.beginObject()
    json.member("model", conversation.model)
    if conversation.streams { json.member("stream", true) }
    writeMessages()
    writeDocuments()
    writeTools()
    writeSampling()
    writeFormat()
    if let reasoning = conversation.reasoning { write(reasoning) }
    if let tier = conversation.usualTier, tier != "default" { losses.approximate(.serviceTier) }
    losses.drop(.webSearch, ifGiven: conversation.webSearch)
    if conversation.user != nil { losses.approximate(.user) }
    if !conversation.metadata.isEmpty { losses.approximate(.metadata) }
    json.endObject()
    return json.take()
  }

  private mutating func writeDocuments() {
    if documents.isEmpty { return }
    let documents = self.documents
    json.name("documents")
    json.beginArray()
    for (index, document) in documents.enumerated() {
      guard case .text(let text) = document.source else { continue }
      json.object { json in
        json.member("id", "\(CohereDocument.idPrefix)\(index)")
        CohereDocument.writeData(text, of: document, to: &json)
      }
    }
    json.endArray()
    if !documents.contains(where: \.wantsCitations) { json.object("citation_options") { $0.member("mode", "OFF") } }
  }

  // MARK: tools

  private mutating func writeTools() {
    var tools = conversation.tools
    if case .tool(let name) = conversation.toolChoice {
      losses.approximate(.toolChoice)
      tools = tools.filter { $0.name == name }
    }
    if tools.isEmpty { return }
    if conversation.allowsParallelTools == false { losses.approximate(.parallelTools) }
    json.name("tools")
    json.beginArray()
    for tool in tools {
      if tool.cache != nil { losses.approximate(.cacheMarker) }
      json.object { json in
        json.member("type", "function")
        json.object("function") { json in
          json.member("name", tool.name)
          json.member("description", ifGiven: tool.description)
          json.member("parameters", tool.parameters ?? ["type": "object", "properties": [:]])
        }
      }
    }
    json.endArray()
    switch conversation.toolChoice {
    case nil, .auto: break
    case .required, .tool: json.member("tool_choice", "REQUIRED")
    case .some(.none): json.member("tool_choice", "NONE")
    }
    let strict = tools.count { $0.isStrict == true }
    if strict == tools.count {
      json.member("strict_tools", true)
    } else if strict > 0 {
      losses.approximate(.strictTools)
    }
  }

  // MARK: how the answer is made

  private mutating func writeSampling() {
    let sampling = conversation.sampling
    json.member("max_tokens", ifGiven: sampling.outputMax)
    json.member("temperature", ifGiven: sampling.temperature)
    if let p = sampling.topP {
      let held = min(max(p, CohereChat.Limits.pRange.lowerBound), CohereChat.Limits.pRange.upperBound)
      if held != p { losses.approximate(.topP) }
      json.member("p", ifGiven: held)
    }
    if let k = sampling.topK {
      if k > CohereChat.Limits.kMax { losses.approximate(.topK) }
      json.member("k", min(k, CohereChat.Limits.kMax))
    }
    write(penalty: sampling.frequencyPenalty, "frequency_penalty", .frequencyPenalty)
    write(penalty: sampling.presencePenalty, "presence_penalty", .presencePenalty)
    if sampling.stop.count > CohereChat.Limits.stopSequencesMax { losses.drop(.stop) }
    let stop = Array(sampling.stop.prefix(CohereChat.Limits.stopSequencesMax))
    if !stop.isEmpty { json.array("stop_sequences", of: stop) { $0.string($1) } }
    json.member("seed", ifGiven: sampling.seed)
    if sampling.choices > 1 { losses.drop(.choices) }
    if let alternatives = sampling.logprobs {
      if alternatives > 0 { losses.approximate(.logprobs) }
      json.member("logprobs", true)
    }
  }

  /// Cohere's penalties are 0 to 1; what lies beyond would mean something else.
  private mutating func write(penalty: Double?, _ name: StaticString, _ feature: Feature) {
    guard let penalty else { return }
    if (0...1).contains(penalty) { json.member(name, ifGiven: penalty) } else { losses.drop(feature) }
  }

  private mutating func writeFormat() {
    // docs.cohere.com/docs/structured-outputs: not where tools or documents are given.
    let isAlone = conversation.tools.isEmpty && documents.isEmpty
    switch conversation.format {
    case .text: break
    case .json where !isAlone: losses.drop(.format)
    case .schema where !isAlone: losses.drop(.schema)
    case .json: json.object("response_format") { $0.member("type", "json_object") }
    case .schema(let schema):
      if schema.description != nil { losses.approximate(.schema) }
      json.object("response_format") { json in
        json.member("type", "json_object")
        json.member("json_schema", schema.schema)
      }
    }
  }

  private mutating func write(_ reasoning: Reasoning) {
    guard Self.thinks(conversation.model) else {
      if reasoning.extent != .off { losses.drop(.reasoning) }
      return
    }
    var budget: Int64?
    switch reasoning.extent {
    case .off, .automatic: break
    case .budget(let tokens): budget = tokens
    case .effort(let effort):
      losses.approximate(.reasoning)
      budget = Reasoning.budget(of: effort)
    }
    json.object("thinking") { json in
      json.member("type", reasoning.extent == .off ? "disabled" : "enabled")
      json.member("token_budget", ifGiven: budget)
    }
  }

  /// Models from before reasoning, and those for other things, refuse to be asked for it
  /// (docs.cohere.com/docs/reasoning, docs.cohere.com/docs/models).
  private static func thinks(_ model: String) -> Bool {
    let without = ["command-r", "command-light", "command-nightly", "c4ai-", "command-a-03-2025", "command-a-vision"]
    return !without.contains { model.hasPrefix($0) }
  }
}
