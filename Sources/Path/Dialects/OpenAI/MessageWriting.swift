// MessageWriting: the conversation's messages as a provider of chat completions gets them.

import Conversation
import Hub
import JSON

/// Writes messages. Results of tools get a message each, before what else the user says.
struct MessageWriting {
  private(set) var losses = Losses()
  /// Thinking that nobody signed is sent back, and signatures of calls of Gemini's where they are known.
  private let takesThinking: Bool
  private let takesSignatures: Bool

  init(model: String) {
    takesThinking = !OpenAIChat.isOwnModel(model)
    takesSignatures = model.utf8.span.contains("gemini")
  }

  mutating func write(_ message: Message, to writer: inout JSONWriter) {
    switch message.role {
    case .system: write(message.parts, of: "system", name: message.name, to: &writer)
    case .developer: write(message.parts, of: "developer", name: message.name, to: &writer)
    case .user: writeUser(message, to: &writer)
    case .assistant: writeAssistant(message, to: &writer)
    }
  }

  private mutating func write(
    _ parts: [Part], of role: StaticString, name: String?, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.name("role")
    writer.string("\(role)")
    writer.name("content")
    writeContent(parts, to: &writer)
    writer.member("name", ifGiven: name)
    writer.endObject()
  }

  private mutating func writeUser(_ message: Message, to writer: inout JSONWriter) {
    var said: [Part] = []
    var shown: [Part] = []
    for part in message.parts {
      guard case .toolResult(let result) = part.content else {
        said.append(part)
        continue
      }
      if part.cache != nil { losses.approximate(.cacheMarker) }
      if result.isError { losses.approximate(.toolError) }
      var texts: [Part] = []
      for part in result.parts {
        if case .text = part.content { texts.append(part) } else { shown.append(part) }
      }
      writer.beginObject()
      writer.member("role", "tool")
      writer.member("tool_call_id", result.id)
      writer.name("content")
      writeContent(texts, to: &writer)
      writer.endObject()
    }
    if !shown.isEmpty { losses.approximate(.toolResultMedia) }
    // A message of results alone has nothing else to say.
    if said.isEmpty, shown.isEmpty, message.parts.contains(where: \.isResult) { return }
    write(shown + said, of: "user", name: message.name, to: &writer)
  }

  private mutating func writeAssistant(_ message: Message, to writer: inout JSONWriter) {
    var content: [Part] = []
    var calls: [ToolUse] = []
    var refusal: String?
    var thinking: String?
    for part in message.parts {
      switch part.content {
      case .text, .image, .document, .audio: content.append(part)
      case .toolUse(let use):
        calls.append(use)
        if part.cache != nil { losses.approximate(.cacheMarker) }
      case .refusal(let text): refusal = (refusal ?? "") + text
      case .thinking(let thought):
        // Models need none but their own, and what is signed is another's.
        if takesThinking, thought.signature == nil { thinking = (thinking ?? "") + thought.text }
      case .toolResult: break
      }
    }
    writer.beginObject()
    writer.member("role", "assistant")
    writer.name("content")
    if content.isEmpty { writer.null() } else { writeContent(content, to: &writer) }
    writer.member("name", ifGiven: message.name)
    writer.member("refusal", ifGiven: refusal)
    writer.member("reasoning_content", ifGiven: thinking)
    if !calls.isEmpty {
      writer.array("tool_calls", of: calls) { writer, use in
        OpenAIChat.write(use, index: nil, withSignature: takesSignatures, to: &writer)
      }
    }
    writer.endObject()
  }

  // MARK: content

  /// One text alone is a string, anything else an array of parts.
  private mutating func writeContent(_ parts: [Part], to writer: inout JSONWriter) {
    for part in parts where part.cache != nil { losses.approximate(.cacheMarker) }
    if parts.isEmpty { return writer.string("") }
    if parts.count == 1, case .text(let text) = parts[0].content { return writer.string(text) }
    writer.beginArray()
    for part in parts { write(part, to: &writer) }
    writer.endArray()
  }

  private mutating func write(_ part: Part, to writer: inout JSONWriter) {
    if !part.citations.isEmpty { losses.approximate(.citations) }
    switch part.content {
    case .text(let text): write(text, to: &writer)
    case .image(let image): write(image: image, to: &writer)
    case .document(let document): write(document: document, to: &writer)
    case .audio(let audio): write(audio: audio, to: &writer)
    case .toolUse, .toolResult, .thinking, .refusal: break
    }
  }

  private func write(_ text: String, to writer: inout JSONWriter) {
    writer.object {
      $0.member("type", "text")
      $0.member("text", text)
    }
  }

  private mutating func write(image: Media, to writer: inout JSONWriter) {
    guard let address = image.address(typeUnlessGiven: "image/png") else { return losses.drop(.file) }
    writer.object {
      $0.member("type", "image_url")
      $0.object("image_url") {
        $0.member("url", address)
        $0.member("detail", ifGiven: image.detail)
      }
    }
  }

  private mutating func write(document: Media, to writer: inout JSONWriter) {
    if document.wantsCitations { losses.drop(.citations) }
    if case .text(let text) = document.source {
      losses.approximate(.document)
      return write(document.title.map { $0 + "\n\n" + text } ?? text, to: &writer)
    }
    if case .url = document.source { return losses.drop(.documentURL) }
    let file: (name: StaticString, value: String)
    if case .file(let id) = document.source {
      guard document.isOpenAIFile else { return losses.drop(.file) }
      file = ("file_id", id)
    } else {
      file = ("file_data", document.address(typeUnlessGiven: "application/pdf") ?? "")
    }
    writer.object {
      $0.member("type", "file")
      $0.object("file") {
        $0.name(file.name)
        $0.string(file.value)
        // OpenAI wants a name beside data.
        if case .file = document.source {
          $0.member("filename", ifGiven: document.title)
        } else {
          $0.member("filename", document.title ?? "document.pdf")
        }
      }
    }
  }

  private mutating func write(audio: Media, to writer: inout JSONWriter) {
    guard case .base64(let data) = audio.source, let format = audio.audioFormat else { return losses.drop(.audio) }
    writer.object {
      $0.member("type", "input_audio")
      $0.object("input_audio") {
        $0.member("data", data)
        $0.member("format", format)
      }
    }
  }
}

extension Media {
  /// The address of an image or document as OpenAI's dialects take it; nil for a file.
  package func address(typeUnlessGiven type: String) -> String? {
    switch source {
    case .base64(let data): DataAddress.text(data, mediaType: mediaType ?? type)
    case .url(let address): address
    case .text, .file: nil
    }
  }

  /// Names of files are known to their own provider only; OpenAI's begin with `file-`.
  package var isOpenAIFile: Bool {
    if case .file(let id) = source { id.hasPrefix("file-") } else { false }
  }

  /// OpenAI's word for a sound's format; nil for one it does not take.
  var audioFormat: String? {
    switch mediaType {
    case "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave": "wav"
    case "audio/mpeg", "audio/mp3": "mp3"
    default: nil
    }
  }
}
