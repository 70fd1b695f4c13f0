// GeminiConversation+Contents: the turns of an agent's request.

import Bytes
import Conversation
import Hub
import JSON

extension GeminiConversation {
  mutating func systemParts(_ system: inout ObjectReader) throws(ShapeFault) -> [Part] {
    _ = try system.string("role")
    var parts: [Part] = []
    for var part in try Self.oneOrMore("parts", of: &system) ?? [] {
      if let text = try part.string("text") { parts.append(.text(text)) }
      refuse(unreadOf: part)
    }
    refuse(unreadOf: system)
    return parts
  }

  mutating func read(content given: ObjectReader) throws(ShapeFault) {
    var content = given
    let role: Message.Role
    switch try content.string("role") ?? "user" {
    // Older clients give the results of functions a role of their own.
    case "user", "function", "": role = .user
    case "model": role = .assistant
    default: throw content.fault("role", "must be user or model")
    }
    guard let given = try Self.oneOrMore("parts", of: &content) else { throw content.fault("parts", "is missing") }
    partCount += given.count
    if partCount > GeminiContent.Limits.partsMax {
      throw content.fault("parts", "is one too many: a request has at most \(GeminiContent.Limits.partsMax) parts")
    }
    refuse(unreadOf: content)
    if role == .assistant { calls.turnBegan() }
    var parts: [Part] = []
    var results: [Part] = []
    for part in given {
      for read in try self.parts(of: part) {
        if case .toolResult = read.content {
          results.append(read)
        } else if let whole = parts.last?.joined(with: read) {
          parts[parts.count - 1] = whole
        } else {
          parts.append(read)
        }
      }
    }
    // Results of one turn that stand in several contents are one message, as in every other dialect.
    if role == .user, parts.isEmpty, let last = conversation.messages.last, last.holdsOnlyResults {
      conversation.messages[conversation.messages.count - 1].parts += results
    } else if !results.isEmpty || !parts.isEmpty {
      conversation.messages.append(Message(role, results + parts))
    }
  }

  /// None for a part that no other dialect has a word for.
  private mutating func parts(of given: ObjectReader) throws(ShapeFault) -> [Part] {
    var part = given
    let isThought = try part.bool("thought") ?? false
    let signature = try part.string("thoughtSignature").flatMap { GeminiSignature.read($0) }
    var parts: [Part] = []
    if let text = try part.string("text") {
      if isThought || signature?.isRedacted == true || signature != nil && text.isEmpty {
        let thinking = Thinking(text, signature: signature?.signature, isRedacted: signature?.isRedacted ?? false)
        parts.append(Part(.thinking(thinking)))
      } else {
        parts.append(.text(text))
        if let signature { parts.append(.carrier(of: signature.signature)) }
      }
    } else if var call = try part.object("functionCall") {
      let name = try call.required("name")
      let id = calls.called(name, id: try call.string("id"))
      let arguments = try call.object("args")?.value.text ?? "{}"
      refuse(unreadOf: call)
      parts.append(
        Part(.toolUse(ToolUse(id: id, name: name, arguments: arguments, signature: signature?.signature))))
    } else if var response = try part.object("functionResponse") {
      parts.append(Part(.toolResult(try result(&response))))
    } else if let media = try media(&part) {
      parts.append(media)
    } else if part.unread.isEmpty, part.value("inlineData") == nil, part.value("fileData") == nil {
      throw ShapeFault(path: part.path, problem: "holds no text, data, call or result")
    }
    refuse(unreadOf: part)
    return parts
  }

  private mutating func result(_ response: inout ObjectReader) throws(ShapeFault) -> ToolResult {
    let name = try response.required("name")
    guard let id = calls.answered(name, id: try response.string("id")) else {
      throw ShapeFault(path: response.path, problem: "answers no functionCall of the turn before it")
    }
    var parts: [Part] = []
    var isError = false
    if let object = try response.object("response") {
      let value = object.value
      if value.count == 1, let output = value["output"] {
        parts.append(.text(output.string ?? output.text))
      } else if value.count == 1, let error = value["error"] {
        isError = true
        parts.append(.text(error.string ?? error.text))
      } else if value.count > 0 {
        parts.append(.text(value.text))
      }
    }
    for given in try response.objects("parts") ?? [] {
      var part = given
      if let media = try media(&part) { parts.append(media) }
      refuse(unreadOf: part)
    }
    refuse(unreadOf: response)
    return ToolResult(id: id, parts: parts, isError: isError)
  }

  /// What stands in `inlineData` or `fileData`; nil where there is neither, or nothing that the hub has a word for.
  private mutating func media(_ part: inout ObjectReader) throws(ShapeFault) -> Part? {
    let detail = try detail(&part)
    let source: Media.Source
    var data: ObjectReader
    if let blob = try part.object("inlineData") {
      data = blob
      source = .base64(Base64.usual(try data.required("data")))
    } else if let file = try part.object("fileData") {
      data = file
      let address = try data.required("fileUri")
      source = GeminiContent.isOwnFile(address) ? .file(address) : .url(address)
    } else {
      return nil
    }
    let type = try data.string("mimeType")
    let title = try data.string("displayName")
    refuse(unreadOf: data)
    var media = Media(source, mediaType: type, title: title, detail: detail)
    let kind = type?.split(separator: "/").first.map { String($0) }
    switch kind {
    case "image", nil: return Part(.image(media))
    case "audio": return Part(.audio(media))
    case "application": return Part(.document(media))
    case "text":
      if case .base64(let text) = source, let bytes = Base64.decoded(text) {
        media.source = .text(String(decoding: bytes, as: UTF8.self))
      }
      return Part(.document(media))
    default:
      // Films, above all.
      refuse(data.path(to: "mimeType"))
      return nil
    }
  }

  /// How closely to look, in OpenAI's words.
  private mutating func detail(_ part: inout ObjectReader) throws(ShapeFault) -> String? {
    guard var resolution = try part.object("mediaResolution") else { return nil }
    let level = try resolution.string("level")
    refuse(unreadOf: resolution)
    switch level {
    case "MEDIA_RESOLUTION_LOW": return "low"
    case "MEDIA_RESOLUTION_HIGH": return "high"
    case "MEDIA_RESOLUTION_ULTRA_HIGH": return "original"
    case "MEDIA_RESOLUTION_UNSPECIFIED", nil: return nil
    default:
      refuse(resolution.path(to: "level"))
      return nil
    }
  }
}

extension GeminiContent {
  /// What only Google's own can read: files given to its file service or to its storage.
  static func isOwnFile(_ address: String) -> Bool {
    address.hasPrefix("gs://") || address.hasPrefix("https://generativelanguage.googleapis.com/")
  }
}

extension Message {
  fileprivate var holdsOnlyResults: Bool {
    role == .user
      && parts.allSatisfy { part in
        if case .toolResult = part.content { true } else { false }
      }
  }
}

extension Part {
  /// Agents send back a streamed thought as the pieces it came in, its signature with the last; it was signed as one.
  fileprivate func joined(with next: Part) -> Part? {
    guard case .thinking(var thought) = content, case .thinking(let rest) = next.content, thought.signature == nil,
      !thought.isRedacted, !rest.isRedacted
    else { return nil }
    thought.text += rest.text
    thought.signature = rest.signature
    return Part(.thinking(thought))
  }
}
