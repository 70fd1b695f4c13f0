// MessageWriting: the conversation's messages as a provider of chat completions gets them.

import Conversation
import Hub
import JSON
import Providers

/// Writes messages. Results of tools get a message each, before what else the user says.
struct MessageWriting {
  private(set) var losses = Losses()
  private let habits: ProviderHabits
  /// Where thinking that nobody signed is sent back to.
  private let thoughts: ProviderHabits.ThoughtPlace
  /// Signatures of calls of Gemini's are sent where they are known.
  private let takesSignatures: Bool

  init(for conversation: Conversation) {
    habits = conversation.habits
    let model = conversation.model
    let isOwn = OpenAIChat.isOwnModel(model)
    let place = habits.thoughts
    thoughts = isOwn || place == .parts && !MistralModel.thinks(model) ? .nowhere : place
    takesSignatures = model.utf8.span.contains("gemini")
  }

  /// Models need no thinking but their own, and what is signed is another's.
  func isSent(_ part: Part) -> Bool {
    guard case .thinking(let thought) = part.content else { return true }
    return thoughts != .nowhere && thought.signature == nil
  }

  /// An identifier of a call as the provider takes it, the same in its result.
  private func identifier(_ id: String) -> String {
    habits.takesNineLetterIDs
      ? CallIdentifier.nineLetters(id)
      : CallIdentifier.fitting(id, atMost: CallIdentifier.chatMax, isPlain: false)
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
    write(name: name, to: &writer)
    writer.endObject()
  }

  private mutating func write(name: String?, to writer: inout JSONWriter) {
    guard let name else { return }
    if habits.takesNames { writer.member("name", name) } else { losses.approximate(.messageName) }
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
      writer.member("tool_call_id", identifier(result.id))
      writer.name("content")
      writeContent(texts, to: &writer)
      writer.endObject()
    }
    if !shown.isEmpty { losses.approximate(.toolResultMedia) }
    // A message of results alone has nothing else to say.
    said = (shown + said).filter { isSaid($0) }
    if said.isEmpty { return }
    write(said, of: "user", name: message.name, to: &writer)
  }

  private mutating func writeAssistant(_ message: Message, to writer: inout JSONWriter) {
    var content: [Part] = []
    var calls: [ToolUse] = []
    var refusal: String?
    var thinking: String?
    for part in message.parts {
      switch part.content {
      case .text, .image, .document, .audio: if isSaid(part) { content.append(part) }
      case .toolUse(let use):
        calls.append(use)
        if part.cache != nil { losses.approximate(.cacheMarker) }
      case .refusal(let text):
        if habits.refusesUnknown { content.append(.text(text)) } else { refusal = (refusal ?? "") + text }
      case .thinking(let thought):
        if thoughts == .parts { content.append(part) } else { thinking = (thinking ?? "") + thought.text }
      case .toolResult: break
      }
    }
    writer.beginObject()
    writer.member("role", "assistant")
    writer.name("content")
    // Nothing at all is for messages that call tools or refuse.
    if content.isEmpty, !calls.isEmpty || refusal != nil {
      writer.null()
    } else {
      writeContent(content, to: &writer)
    }
    write(name: message.name, to: &writer)
    writer.member("refusal", ifGiven: refusal)
    if let thinking { writer.member(thoughts == .reasoning ? "reasoning" : "reasoning_content", thinking) }
    if !calls.isEmpty {
      writer.array("tool_calls", of: calls) { writer, use in
        var use = use
        use.id = identifier(use.id)
        let isKnown = takesSignatures && use.signature?.origin == .gemini
        OpenAIChat.write(use, index: nil, withSignature: isKnown, to: &writer)
      }
    }
    writer.endObject()
  }

  // MARK: content

  /// Whether a part can be said; puts down what cannot.
  private mutating func isSaid(_ part: Part) -> Bool {
    switch part.content {
    case .text, .toolUse, .toolResult, .thinking, .refusal: return true
    case .image(let image):
      if image.address(typeUnlessGiven: "image/png") != nil { return true }
      losses.drop(.file)
    case .document(let document):
      switch document.source {
      case .text, .base64: return true
      case .url: losses.drop(.documentURL)
      case .file:
        if document.isOpenAIFile { return true }
        losses.drop(.file)
      }
    case .audio(let audio):
      if case .base64 = audio.source, audio.audioFormat != nil { return true }
      losses.drop(.audio)
    }
    return false
  }

  /// One text alone is a string, anything else an array of parts that can be said.
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
    case .thinking(let thought): write(thought, to: &writer)
    case .toolUse, .toolResult, .refusal: break
    }
  }

  /// Mistral's (docs.mistral.ai/capabilities/reasoning).
  private func write(_ thought: Thinking, to writer: inout JSONWriter) {
    writer.object {
      $0.member("type", "thinking")
      $0.array("thinking", of: [thought.text]) { writer, text in self.write(text, to: &writer) }
    }
  }

  private func write(_ text: String, to writer: inout JSONWriter) {
    writer.object {
      $0.member("type", "text")
      $0.member("text", text)
    }
  }

  private func write(image: Media, to writer: inout JSONWriter) {
    guard let address = image.address(typeUnlessGiven: "image/png") else { return }
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
    let file: (name: StaticString, value: String)
    if case .file(let id) = document.source {
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

  private func write(audio: Media, to writer: inout JSONWriter) {
    guard case .base64(let data) = audio.source, let format = audio.audioFormat else { return }
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
