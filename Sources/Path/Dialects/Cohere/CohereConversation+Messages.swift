// CohereConversation+Messages: the messages and documents of an agent's request.

import Conversation
import Hub
import JSON

extension CohereConversation {
  mutating func read(message given: ObjectReader) throws(ShapeFault) {
    var message = given
    let role = try message.required("role")
    switch role.lowercased() {
    case "system": try append(.system, try content(of: &message, .system))
    case "developer": try append(.developer, try content(of: &message, .system))
    case "user": try append(.user, try content(of: &message, .user))
    case "assistant": try append(.assistant, try assistantParts(of: &message))
    case "tool":
      let id = try message.required("tool_call_id")
      try append(.user, [Part(.toolResult(ToolResult(id: id, parts: try content(of: &message, .tool))))])
    default: throw message.fault("role", "must be system, user, assistant or tool")
    }
    refuse(unreadOf: message)
  }

  /// Results that follow each other, and what the user says after them, are one message.
  private mutating func append(_ role: Message.Role, _ parts: [Part]) throws(ShapeFault) {
    partCount += parts.count
    if partCount > CohereChat.Limits.partsMax {
      throw ShapeFault(path: "messages", problem: "has more than \(CohereChat.Limits.partsMax) parts")
    }
    if parts.isEmpty { return }
    if role == .user, let last = conversation.messages.last, last.role == .user, last.endsInResult {
      conversation.messages[conversation.messages.count - 1].parts += parts
    } else {
      conversation.messages.append(Message(role, parts))
    }
  }

  private enum Speaker {
    case system
    case user
    case assistant
    case tool
  }

  private mutating func assistantParts(of message: inout ObjectReader) throws(ShapeFault) -> [Part] {
    var parts: [Part] = []
    // The plan is what the model says before it calls.
    if let plan = try message.string("tool_plan"), !plan.isEmpty { parts.append(.text(plan)) }
    let said = try content(of: &message, .assistant)
    // Thinking comes before all else.
    let thinkingCount = said.prefix { if case .thinking = $0.content { true } else { false } }.count
    parts = said[..<thinkingCount] + parts + said[thinkingCount...]
    for given in try message.objects("tool_calls") ?? [] {
      var call = given
      guard try call.string("type") ?? "function" == "function" else { throw call.fault("type", "must be function") }
      let id = try call.required("id")
      guard var function = try call.object("function") else { throw call.fault("function", "is missing") }
      let name = try function.required("name")
      parts.append(
        Part(.toolUse(ToolUse(id: id, name: name, arguments: try function.string("arguments") ?? ""))))
      refuse(unreadOf: function)
      refuse(unreadOf: call)
    }
    if let citations = try message.array("citations"), !citations.isEmpty { hint(message.path(to: "citations")) }
    return parts.takingSignatures
  }

  private mutating func content(of message: inout ObjectReader, _ speaker: Speaker) throws(ShapeFault) -> [Part] {
    guard let content = message.value("content") else {
      // A model that calls may say nothing.
      if case .assistant = speaker { return [] }
      throw message.fault("content", "is missing")
    }
    if let text = content.string { return text.isEmpty ? [] : [.text(text)] }
    guard content.kind == .array, let given = try message.objects("content") else {
      throw message.fault("content", "must be a string or an array")
    }
    var parts: [Part] = []
    for given in given {
      var part = given
      switch (try part.required("type"), speaker) {
      case ("text", _): parts.append(.text(try part.required("text")))
      case ("thinking", .assistant): parts.append(Part(.thinking(try thinking(in: &part))))
      case ("image_url", .user), ("image", .user): parts.append(Part(.image(try image(in: &part))))
      case ("document", .tool), ("document", .user):
        guard let document = part.value("document") else { throw part.fault("document", "is missing") }
        parts.append(Part(.document(try CohereDocument.media(of: document, at: part.path(to: "document")))))
      default: refuse(part.path(to: "type"))
      }
      refuse(unreadOf: part)
    }
    return parts
  }

  private func thinking(in part: inout ObjectReader) throws(ShapeFault) -> Thinking {
    let text = try part.string("thinking") ?? ""
    return CohereSignature.thinking(text, field: try part.string("signature"))
  }

  private mutating func image(in part: inout ObjectReader) throws(ShapeFault) -> Media {
    guard var image = try part.object("image_url") else { throw part.fault("image_url", "is missing") }
    let address = try image.required("url")
    guard let (source, mediaType) = Media.Source.address(address) else {
      throw image.fault("url", "must be an address, or data in base64")
    }
    let detail = try image.string("detail")
    refuse(unreadOf: image)
    return Media(source, mediaType: mediaType, detail: detail == "auto" ? nil : detail)
  }

  /// Documents stand before what the user last said.
  mutating func readDocuments(in body: inout ObjectReader) throws(ShapeFault) {
    var options = try body.object("citation_options")
    let mode = try options?.string("mode")?.uppercased()
    if let options { refuse(unreadOf: options) }
    let isCited = mode != "OFF" && mode != "DISABLED"
    guard let given = try body.array("documents"), !given.isEmpty else {
      if mode != nil { hint("citation_options") }
      return
    }
    if let mode, mode == "FAST" || mode == "ACCURATE" { hint("citation_options.mode") }
    var documents: [Part] = []
    for (index, document) in given.enumerated() {
      if document["id"] != nil { hint("documents[].id") }
      var media = try CohereDocument.media(of: document, at: "documents[\(index)]")
      media.wantsCitations = isCited
      documents.append(Part(.document(media)))
    }
    if let last = conversation.messages.lastIndex(where: { $0.role == .user && !$0.endsInResult }) {
      let results = conversation.messages[last].parts.prefix { $0.isResult }.count
      conversation.messages[last].parts.insert(contentsOf: documents, at: results)
    } else {
      conversation.messages.append(Message(.user, documents))
    }
  }
}

extension Message {
  fileprivate var endsInResult: Bool { parts.last?.isResult ?? false }
}
