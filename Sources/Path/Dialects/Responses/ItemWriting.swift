// ItemWriting: the conversation's messages as a provider of responses gets them: items of one kind each.

import Conversation
import Hub
import JSON
import OpenAI

struct ItemWriting {
  private(set) var losses = Losses()

  /// The same for a call and its result.
  private static func identifier(_ id: String) -> String {
    CallIdentifier.fitting(id, atMost: CallIdentifier.responsesMax, isPlain: false)
  }

  mutating func write(_ message: Message, to writer: inout JSONWriter) {
    losses.drop(.messageName, ifGiven: message.name)
    switch message.role {
    case .system: write(message.parts, of: "system", to: &writer)
    case .developer: write(message.parts, of: "developer", to: &writer)
    case .user: writeUser(message.parts, to: &writer)
    case .assistant: writeAssistant(message.parts, to: &writer)
    }
  }

  /// Results have an item each, before what else the user says.
  private mutating func writeUser(_ parts: [Part], to writer: inout JSONWriter) {
    for part in parts {
      guard case .toolResult(let result) = part.content else { continue }
      if part.cache != nil { losses.approximate(.cacheMarker) }
      if result.isError { losses.approximate(.toolError) }
      writer.beginObject()
      writer.member("type", "function_call_output")
      writer.member("call_id", Self.identifier(result.id))
      writer.name("output")
      writeContent(result.parts, to: &writer)
      writer.endObject()
    }
    write(parts.filter { !$0.isResult }, of: "user", to: &writer)
  }

  /// A message of which nothing is left is left out.
  private mutating func write(_ parts: [Part], of role: StaticString, to writer: inout JSONWriter) {
    let parts = parts.filter { isSaid($0) }
    if parts.isEmpty { return }
    writer.beginObject()
    writer.member("type", "message")
    writer.name("role")
    writer.string("\(role)")
    writer.name("content")
    writeContent(parts, to: &writer)
    writer.endObject()
  }

  /// What the model said stays in its order, texts that follow each other in one item.
  private mutating func writeAssistant(_ parts: [Part], to writer: inout JSONWriter) {
    var said: [Part] = []
    for part in parts {
      switch part.content {
      case .text, .refusal: said.append(part)
      case .toolUse(let use):
        writeSaid(&said, to: &writer)
        if part.cache != nil { losses.approximate(.cacheMarker) }
        writer.beginObject()
        writer.member("type", "function_call")
        writer.member("call_id", Self.identifier(use.id))
        writer.member("name", use.name)
        writer.member("arguments", use.arguments)
        writer.endObject()
      case .thinking(let thinking):
        // Models need none but their own.
        guard let signature = thinking.signature, signature.origin == .openAI else { continue }
        writeSaid(&said, to: &writer)
        OpenAIResponses.write(thinking, signature, id: nil, to: &writer)
      case .image: losses.drop(.image)
      case .document: losses.drop(.document)
      case .audio: losses.drop(.audio)
      case .toolResult: continue
      }
    }
    writeSaid(&said, to: &writer)
  }

  private mutating func writeSaid(_ parts: inout [Part], to writer: inout JSONWriter) {
    if parts.isEmpty { return }
    writer.beginObject()
    writer.member("type", "message")
    writer.member("role", "assistant")
    writer.name("content")
    writer.beginArray()
    for part in parts {
      if part.cache != nil { losses.approximate(.cacheMarker) }
      if !part.citations.isEmpty { losses.approximate(.citations) }
      writer.beginObject()
      switch part.content {
      case .text(let text):
        writer.member("type", "output_text")
        writer.member("text", text)
      case .refusal(let text):
        writer.member("type", "refusal")
        writer.member("refusal", text)
      case .image, .document, .audio, .toolUse, .toolResult, .thinking: break
      }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    parts = []
  }

  // MARK: content

  /// Whether a part can be said; puts down what cannot.
  private mutating func isSaid(_ part: Part) -> Bool {
    switch part.content {
    case .text: return true
    case .image(let image):
      if case .file = image.source {
        if image.isOpenAIFile { return true }
        losses.drop(.file)
      } else {
        if image.address(typeUnlessGiven: "image/png") != nil { return true }
        losses.drop(.image)
      }
    case .document(let document):
      guard case .file = document.source, !document.isOpenAIFile else { return true }
      losses.drop(.file)
    case .audio: losses.drop(.audio)
    case .toolUse, .toolResult, .thinking, .refusal: break
    }
    return false
  }

  /// One text alone is a string, anything else an array of parts.
  private mutating func writeContent(_ parts: [Part], to writer: inout JSONWriter) {
    let parts = parts.filter { isSaid($0) }
    for part in parts where part.cache != nil { losses.approximate(.cacheMarker) }
    if parts.isEmpty { return writer.string("") }
    if parts.count == 1, case .text(let text) = parts[0].content { return writer.string(text) }
    writer.beginArray()
    for part in parts {
      switch part.content {
      case .text(let text): write(text, to: &writer)
      case .image(let image): write(image: image, to: &writer)
      case .document(let document): write(document: document, to: &writer)
      case .audio, .toolUse, .toolResult, .thinking, .refusal: continue
      }
    }
    writer.endArray()
  }

  private func write(_ text: String, to writer: inout JSONWriter) {
    writer.object {
      $0.member("type", "input_text")
      $0.member("text", text)
    }
  }

  private mutating func write(image: Media, to writer: inout JSONWriter) {
    let field: (name: StaticString, value: String)
    if case .file(let id) = image.source {
      guard image.isOpenAIFile else { return losses.drop(.file) }
      field = ("file_id", id)
    } else {
      guard let address = image.address(typeUnlessGiven: "image/png") else { return losses.drop(.image) }
      field = ("image_url", address)
    }
    writer.object {
      $0.member("type", "input_image")
      $0.name(field.name)
      $0.string(field.value)
      $0.member("detail", image.detail ?? "auto")
    }
  }

  private mutating func write(document: Media, to writer: inout JSONWriter) {
    if document.wantsCitations { losses.drop(.citations) }
    let field: (name: StaticString, value: String)
    // OpenAI wants a name beside data.
    var title = document.title
    switch document.source {
    case .text(let text):
      losses.approximate(.document)
      return write(document.title.map { $0 + "\n\n" + text } ?? text, to: &writer)
    case .url(let url): field = ("file_url", url)
    case .file(let id):
      guard document.isOpenAIFile else { return losses.drop(.file) }
      field = ("file_id", id)
    case .base64(let data):
      field = ("file_data", DataAddress.text(data, mediaType: document.mediaType ?? "application/pdf"))
      title = title ?? "document.pdf"
    }
    writer.object {
      $0.member("type", "input_file")
      $0.name(field.name)
      $0.string(field.value)
      $0.member("filename", ifGiven: title)
    }
  }
}

extension OpenAIResponses {
  /// An item `reasoning`, whole. `id` is for one whose signature knows none.
  static func write(_ thinking: Thinking, _ signature: Signature?, id: String?, to writer: inout JSONWriter) {
    let fields = signature.map { ReasoningSignature.fields(of: $0, isRedacted: thinking.isRedacted) }
    writer.object { item in
      item.member("type", "reasoning")
      item.member("id", ifGiven: fields?.id ?? id)
      item.name("summary")
      item.beginArray()
      if !thinking.text.isEmpty {
        item.object {
          $0.member("type", "summary_text")
          $0.member("text", thinking.text)
        }
      }
      item.endArray()
      item.member("encrypted_content", ifGiven: fields?.encrypted)
    }
  }
}
