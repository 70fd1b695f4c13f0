// ItemReading: the items of an agent's input, one after the other, become the conversation's messages.

import Conversation
import Hub
import JSON
import OpenAI

/// Gathers items: what the model said and called is one turn of it, results and what the user says next are one of the
/// user's.
struct ItemReading {
  private var messages: [Message] = []
  /// Fields and items nobody has a word for, by name.
  private(set) var untranslatable: Set<String> = []

  /// The messages, calls with the signatures that stood before them.
  var gathered: [Message] {
    messages.map { message in
      var message = message
      if message.role == .assistant { message.parts = message.parts.takingSignatures }
      return message
    }
  }

  mutating func read(_ text: String, from role: Message.Role) { add([.text(text)], from: role) }

  mutating func read(_ item: inout ObjectReader) throws(ShapeFault) {
    let given = try item.string("type")
    let id = try item.string("id") ?? ""
    // How far the item had come when it was told.
    _ = item.value("status")
    switch given ?? (item.value("role") == nil ? "item_reference" : "message") {
    case "message": try readMessage(&item)
    case "function_call":
      let arguments = CallArguments.object(of: try item.string("arguments") ?? "")
      let use = ToolUse(
        id: try item.required("call_id"), name: try item.required("name"), arguments: arguments)
      add([Part(.toolUse(use))], from: .assistant)
    case "function_call_output": try readResult(&item)
    case "image_generation_call":
      if let media = try OpenAIResponses.image(&item) { add([media.part], from: .assistant) }
    case "reasoning":
      if let thinking = try thinking(&item, id) { add([Part(.thinking(thinking))], from: .assistant) }
    case let type: return _ = untranslatable.insert("input[].\(type)")
    }
    for field in item.unread where !isUsual(item, field) { untranslatable.insert("input[].\(field)") }
  }

  /// `caller` says that the model itself called, unless it says otherwise.
  private func isUsual(_ item: ObjectReader, _ field: String) -> Bool {
    field == "caller" && item.value["caller"]?["type"]?.string == "direct"
  }

  private mutating func add(_ parts: [Part], from role: Message.Role) {
    let isTurn = role == .assistant || role == .user && messages.last?.parts.allSatisfy(\.isResult) == true
    guard isTurn, messages.last?.role == role else { return messages.append(Message(role, parts)) }
    messages[messages.count - 1].parts += parts
  }

  // MARK: items

  private mutating func readMessage(_ item: inout ObjectReader) throws(ShapeFault) {
    let role: Message.Role
    switch try item.required("role") {
    case "user": role = .user
    case "assistant": role = .assistant
    case "system": role = .system
    case "developer": role = .developer
    default: throw item.fault("role", "must be user, assistant, system or developer")
    }
    // Whether it was said on the way to the answer.
    _ = item.value("phase")
    guard let content = item.value("content") else { throw item.fault("content", "is missing") }
    if let text = content.string {
      add([.text(text)], from: role)
    } else {
      add(try parts(&item, "content"), from: role)
    }
  }

  /// Results come before what else the user says.
  private mutating func readResult(_ item: inout ObjectReader) throws(ShapeFault) {
    guard let output = item.value("output") else { throw item.fault("output", "is missing") }
    let parts = if let text = output.string { [Part.text(text)] } else { try parts(&item, "output") }
    _ = item.value("name")
    let result = Part(.toolResult(ToolResult(id: try item.required("call_id"), parts: parts)))
    guard let last = messages.last, last.role == .user else { return messages.append(Message(.user, [result])) }
    let place = last.parts.firstIndex { !$0.isResult } ?? last.parts.count
    messages[messages.count - 1].parts.insert(result, at: place)
  }

  private func thinking(_ item: inout ObjectReader, _ id: String) throws(ShapeFault) -> Thinking? {
    let summary = try texts(&item, "summary")
    let content = try texts(&item, "content")
    return ReasoningSignature.thinking(
      summary.isEmpty ? content : summary, id: id, encrypted: try item.string("encrypted_content"))
  }

  private func texts(_ item: inout ObjectReader, _ name: String) throws(ShapeFault) -> String {
    var texts: [String] = []
    for var part in try item.objects(name) ?? [] { texts.append(try part.string("text") ?? "") }
    return texts.joined(separator: "\n\n")
  }

  // MARK: content

  private mutating func parts(_ item: inout ObjectReader, _ name: String) throws(ShapeFault) -> [Part] {
    guard item.value(name)?.kind == .array else { throw item.fault(name, "must be a string or an array") }
    var parts: [Part] = []
    for var part in try item.objects(name) ?? [] {
      let marker = try OpenAIChat.cacheMarker(&part)
      let type = try part.required("type")
      guard let content = try content(&part, type) else {
        untranslatable.insert("input[].\(name)[].\(type)")
        continue
      }
      parts.append(Part(content, cache: marker, citations: try OpenAIResponses.citations(&part)))
      for field in part.unread where field != "logprobs" { untranslatable.insert("input[].\(name)[].\(field)") }
    }
    return parts
  }

  private func content(_ part: inout ObjectReader, _ type: String) throws(ShapeFault) -> Part.Content? {
    switch type {
    case "input_text", "output_text", "text": return .text(try part.required("text"))
    case "refusal": return .refusal(try part.required("refusal"))
    case "input_image":
      // The usual word is as good as none.
      let detail = try part.string("detail").flatMap { $0 == "auto" ? nil : $0 }
      if let id = try part.string("file_id") { return .image(Media(.file(id), detail: detail)) }
      guard let (source, mediaType) = Media.Source.address(try part.required("image_url")) else {
        throw part.fault("image_url", "must be an address or data in base64")
      }
      return .image(Media(source, mediaType: mediaType, detail: detail))
    case "input_file":
      if let detail = try part.string("detail"), detail != "auto" { throw part.fault("detail", "must be auto") }
      let title = try part.string("filename")
      if let id = try part.string("file_id") { return .document(Media(.file(id), title: title)) }
      if let url = try part.string("file_url") { return .document(Media(.url(url), title: title)) }
      let data = try part.required("file_data")
      return .document(try OpenAIChat.document(data, title: title, at: part.path(to: "file_data")))
    default: return nil
    }
  }
}

extension OpenAIResponses {
  /// `annotations` with addresses.
  static func citations(_ part: inout ObjectReader) throws(ShapeFault) -> [Citation] {
    var citations: [Citation] = []
    for var annotation in try part.objects("annotations") ?? [] {
      if let citation = try citation(&annotation) { citations.append(citation) }
    }
    return citations
  }

  static func citation(_ annotation: inout ObjectReader) throws(ShapeFault) -> Citation? {
    guard let url = try annotation.string("url") else { return nil }
    var citation = Citation()
    citation.url = url
    citation.title = try annotation.string("title").flatMap { $0.isEmpty ? nil : $0 }
    citation.start = try annotation.integer("start_index")
    citation.end = try annotation.integer("end_index")
    return citation
  }
}
