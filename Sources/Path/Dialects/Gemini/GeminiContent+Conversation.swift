// GeminiContent+Conversation: an agent's request becomes a conversation.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension GeminiContent {
  public static func conversation(
    from body: ByteSlice, model: ModelName, streams: Bool
  ) throws(Fault) -> Conversation {
    try .reading(body, names: .camelOrSnake, model: model, streams: streams, lettingGo: hints) {
      request, conversation throws(ShapeFault) in
      var reading = GeminiConversation(conversation)
      try reading.read(request)
      conversation = reading.conversation
    }
  }
}

/// A request being read.
struct GeminiConversation {
  var conversation: Conversation
  var calls = GeminiCalls()
  var partCount = 0

  init(_ conversation: Conversation) { self.conversation = conversation }

  mutating func read(_ given: ObjectReader) throws(ShapeFault) {
    var body = given
    // The path names the model; some clients repeat it here.
    _ = try body.string("model")
    if var system = try body.object("systemInstruction") {
      let parts = try systemParts(&system)
      if !parts.isEmpty { conversation.messages.append(Message(.system, parts)) }
    }
    let contents = try Self.oneOrMore("contents", of: &body)
    for content in contents ?? [] { try read(content: content) }
    if let tools = try Self.oneOrMore("tools", of: &body) {
      for tool in tools { try read(tool: tool) }
    }
    if var config = try body.object("toolConfig") { try read(toolConfig: &config) }
    if var config = try body.object("generationConfig") { try read(generationConfig: &config) }
    if let labels = try body.object("labels") {
      for (name, value) in labels.value.members ?? [] {
        guard let text = value.string else { throw labels.fault(name, "must be a string") }
        conversation.metadata.append((name, text))
      }
    }
    if let tier = try body.string("serviceTier")?.lowercased(), tier != "standard", tier != "unspecified" {
      conversation.serviceTier = tier
    }
    refuse(unreadOf: body)
    if contents?.isEmpty == true { throw body.fault("contents", "must hold at least one content") }
  }

  // MARK: what has no word in the hub

  /// Puts down, once, a field that no other dialect has a word for. `path` may hold places, which are left out.
  mutating func refuse(_ path: String) {
    let plain = path.withoutPlaces
    if !conversation.untranslatable.contains(plain) { conversation.untranslatable.append(plain) }
  }

  mutating func refuse(unreadOf reader: ObjectReader) {
    for name in reader.unread { refuse(reader.path(to: name)) }
  }

  /// An array of objects; one object alone is an array of one, as Google's own examples have it.
  static func oneOrMore(
    _ name: String, of reader: inout ObjectReader
  ) throws(ShapeFault) -> [ObjectReader]? {
    if let value = reader.value(name), value.kind == .object {
      return [try ObjectReader(value, at: reader.path(to: name), names: .camelOrSnake)]
    }
    return try reader.objects(name)
  }
}
