// CohereRequestWriter+Messages: the messages of a conversation as Cohere's.

import Conversation
import Hub
import JSON

extension CohereRequestWriter {
  mutating func writeMessages() {
    let lastUser = conversation.messages.lastIndex { $0.role == .user }
    json.name("messages")
    json.beginArray()
    for (index, message) in conversation.messages.enumerated() {
      if message.name != nil { losses.drop(.messageName) }
      for part in message.parts { note(part) }
      switch message.role {
      case .system, .developer: writeInstruction(message)
      case .user: writeUser(message, isLast: index == lastUser)
      case .assistant: writeAssistant(message)
      }
    }
    json.endArray()
  }

  /// What every part may carry beside its content.
  private mutating func note(_ part: Part) {
    if part.cache != nil { losses.approximate(.cacheMarker) }
    if !part.citations.isEmpty { losses.approximate(.citations) }
  }

  private mutating func writeInstruction(_ message: Message) {
    var texts: [Part] = []
    for part in message.parts {
      if case .text = part.content { texts.append(part) } else { losses.drop(.systemMessage) }
    }
    write("system", texts)
  }

  private mutating func writeUser(_ message: Message, isLast: Bool) {
    var said: [Part] = []
    for part in message.parts {
      switch part.content {
      case .toolResult(let result): write(result)
      case .text, .image: said.append(part)
      case .refusal(let text): said.append(.text(text))
      case .document(let media):
        if case .text = media.source {
          if !isLast { losses.approximate(.document) }
          documents.append(media)
        } else {
          losses.drop(.document)
        }
      case .audio: losses.drop(.audio)
      case .toolUse, .thinking: losses.drop(.thinking)
      }
    }
    write("user", said)
  }

  private mutating func writeAssistant(_ message: Message) {
    var content: [Part] = []
    var plan: [String] = []
    var calls: [ToolUse] = []
    let isCalling = message.parts.contains { if case .toolUse = $0.content { true } else { false } }
    for part in message.parts {
      switch part.content {
      case .text(let text), .refusal(let text):
        if isCalling { plan.append(text) } else { content.append(.text(text)) }
      // Signed thinking is somebody else's.
      case .thinking(let thinking): if thinking.signature == nil { content.append(part) }
      case .toolUse(let use): calls.append(use)
      case .image, .document, .audio, .toolResult: losses.drop(.image)
      }
    }
    if content.isEmpty, calls.isEmpty { return }
    json.beginObject()
    json.member("role", "assistant")
    if !content.isEmpty { writeContent(content) }
    if !plan.isEmpty { json.member("tool_plan", plan.joined(separator: "\n")) }
    if !calls.isEmpty { json.array("tool_calls", of: calls) { json, use in CohereChat.write(use, to: &json) } }
    json.endObject()
  }

  private mutating func write(_ result: ToolResult) {
    var texts: [String] = []
    var documents: [Media] = []
    for part in result.parts {
      switch part.content {
      case .text(let text), .refusal(let text): texts.append(text)
      case .document(let media):
        if case .text = media.source { documents.append(media) } else { losses.drop(.toolResultMedia) }
      case .image, .audio, .toolUse, .toolResult, .thinking: losses.drop(.toolResultMedia)
      }
    }
    json.beginObject()
    json.member("role", "tool")
    json.member("tool_call_id", result.id)
    if result.isError {
      losses.approximate(.toolError)
      let error: JSONValue = ["error": .string(texts.joined(separator: "\n"))]
      json.member("content", error.text)
    } else if documents.isEmpty, texts.count <= 1 {
      json.member("content", texts.first ?? "")
    } else {
      json.name("content")
      json.beginArray()
      for text in texts {
        json.object { json in
          json.member("type", "text")
          json.member("text", text)
        }
      }
      for media in documents {
        guard case .text(let text) = media.source else { continue }
        json.object { json in
          json.member("type", "document")
          json.object("document") { CohereDocument.writeData(text, of: media, to: &$0) }
        }
      }
      json.endArray()
    }
    json.endObject()
  }

  // MARK: content

  private mutating func write(_ role: String, _ parts: [Part]) {
    if parts.isEmpty { return }
    json.beginObject()
    json.member("role", role)
    writeContent(parts)
    json.endObject()
  }

  private mutating func writeContent(_ parts: [Part]) {
    if parts.count == 1, case .text(let text) = parts[0].content { return json.member("content", text) }
    json.name("content")
    json.beginArray()
    for part in parts {
      switch part.content {
      case .text(let text):
        json.object { json in
          json.member("type", "text")
          json.member("text", text)
        }
      case .thinking(let thinking): json.object { json in CohereChat.write(thinking, to: &json) }
      case .image(let media): write(media)
      case .document, .audio, .toolUse, .toolResult, .refusal: break
      }
    }
    json.endArray()
  }

  private mutating func write(_ image: Media) {
    let address: String
    switch image.source {
    case .base64(let data): address = DataAddress.text(data, mediaType: image.mediaType ?? "image/jpeg")
    case .url(let url): address = url
    case .file: return losses.drop(.file)
    case .text: return losses.drop(.image)
    }
    if image.detail == "original" { losses.approximate(.imageDetail) }
    json.object { json in
      json.member("type", "image_url")
      json.object("image_url") { json in
        json.member("url", address)
        json.member("detail", ifGiven: image.detail == "original" ? "high" : image.detail)
      }
    }
  }
}
