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
  /// Those of the request, and those that items bring along.
  var tools = ToolReading()

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
      try call(&item, named: try item.required("name"), arguments)
    case "custom_tool_call":
      try call(&item, named: try item.required("name"), CustomInput.arguments(of: try item.string("input") ?? ""))
    case "local_shell_call": try call(&item, named: "local_shell", item.value("action")?.text ?? "{}")
    // A search that the provider made itself is no call of the agent's.
    case "tool_search_call" where try item.string("call_id") != nil:
      _ = try item.string("execution")
      try call(&item, named: "tool_search", item.value("arguments")?.text ?? "{}")
    case "tool_search_output": try readFound(&item)
    case "additional_tools":
      _ = try item.string("role")
      try tools.read(try item.objects("tools") ?? [])
    case "function_call_output", "custom_tool_call_output", "local_shell_call_output": try readResult(&item, id)
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

  private mutating func call(
    _ item: inout ObjectReader, named name: String, _ arguments: String
  ) throws(ShapeFault) {
    let name = tools.name(of: name, in: try item.string("namespace"))
    add([Part(.toolUse(ToolUse(id: try item.required("call_id"), name: name, arguments: arguments)))], from: .assistant)
  }

  /// A message with nothing in it holds a place for one that never came.
  private mutating func add(_ parts: [Part], from role: Message.Role) {
    if parts.isEmpty { return }
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

  private mutating func readResult(_ item: inout ObjectReader, _ id: String) throws(ShapeFault) {
    guard let output = item.value("output") else { throw item.fault("output", "is missing") }
    let parts = if let text = output.string { [Part.text(text)] } else { try parts(&item, "output") }
    _ = item.value("name")
    // A shell's results name the item of its call where they have nothing else.
    guard let call = try item.string("call_id") ?? (id.isEmpty ? nil : id) else {
      throw item.fault("call_id", "is missing")
    }
    addResult(ToolResult(id: call, parts: parts))
  }

  /// Tools that the agent found for the model: they are offered from now on.
  private mutating func readFound(_ item: inout ObjectReader) throws(ShapeFault) {
    _ = try item.string("execution")
    let count = tools.tools.count
    try tools.read(try item.objects("tools") ?? [])
    guard let call = try item.string("call_id") else { return }
    let names = tools.tools[count...].map(\.name).joined(separator: ", ")
    addResult(ToolResult(id: call, parts: [.text(names.isEmpty ? "No further tools." : "Now available: \(names)")]))
  }

  /// Results come before what else the user says.
  private mutating func addResult(_ result: ToolResult) {
    let result = Part(.toolResult(result))
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
