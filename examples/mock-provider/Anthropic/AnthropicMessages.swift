// AnthropicMessages: the conversation of a request to Anthropic: blocks, calls that must be answered at once, thoughts
// that must come back as they were.

import JSON

struct AnthropicMessages {
  /// Calls of the turn before, which the user's next turn must answer.
  private var open: [String] = []
  /// Every call so far: no two may share an id.
  private var seen: Set<String> = []
  private let thinks: Bool

  static func read(
    _ fields: inout Fields, _ prompt: inout Prompt, _ markers: inout CacheMarkers, thinks: Bool
  ) throws(Refusal) {
    let messages = try fields.requiredObjects("messages")
    if messages.isEmpty { throw .invalid("messages: at least one message is required") }
    var conversation = AnthropicMessages(thinks: thinks)
    for (index, message) in messages.enumerated() {
      var message = message
      let role = try message.required("role", among: ["user", "assistant", "system"])
      if index == 0, role == "assistant" { throw .invalid("messages: first message must use the \"user\" role") }
      switch role {
      case "user": try conversation.takeUser(&message, &prompt, &markers)
      case "system": prompt.add(try message.systemTexts("content", &markers) ?? [])
      default:
        let isLast = !messages[(index + 1)...].contains { $0.value["role"]?.string == "assistant" }
        try conversation.takeAssistant(&message, &prompt, &markers, isLast: isLast)
      }
      try message.end()
    }
    if !conversation.open.isEmpty { throw conversation.unanswered(at: messages.count - 1) }
  }

  private init(thinks: Bool) { self.thinks = thinks }

  // MARK: the user's turn

  private mutating func takeUser(
    _ message: inout Fields, _ prompt: inout Prompt, _ markers: inout CacheMarkers
  ) throws(Refusal) {
    guard let blocks = try message.blocks() else {
      let text = try message.required("content")
      if text.isEmpty { throw .invalid("messages: user messages must have non-empty content") }
      if !open.isEmpty { throw unanswered(in: message) }
      return prompt.add([text], question: [text])
    }
    if blocks.isEmpty { throw .invalid("messages: user messages must have non-empty content") }
    var texts: [String] = []
    var question: [String] = []
    for block in blocks {
      var block = block
      let type = try block.required("type", among: ["text", "image", "document", "tool_result", "search_result"])
      switch type {
      case "text":
        texts.append(try block.nonEmptyText())
        question.append(texts.last!)
        block.ignore("citations")
      case "tool_result":
        let id = try block.required("tool_use_id")
        guard let place = open.firstIndex(of: id) else {
          throw block.fault(
            "unexpected `tool_use_id` found in `tool_result` blocks: \(id). Each `tool_result` block must have a "
              + "corresponding `tool_use` block in the previous message.")
        }
        if !question.isEmpty { throw block.fault("`tool_result` blocks must come before other content in the message") }
        open.remove(at: place)
        texts += try block.resultTexts()
        try block.bool("is_error")
      default: try block.anthropicSource(type)
      }
      try markers.take(&block)
      try block.end()
    }
    if !open.isEmpty { throw unanswered(in: message) }
    prompt.add(texts, question: question)
  }

  private func unanswered(in message: Fields) -> Refusal {
    guard case .index(let index) = message.path.steps.last else { return .invalid("messages") }
    return unanswered(at: index - 1)
  }

  private func unanswered(at index: Int) -> Refusal {
    .invalid(
      "messages.\(index): `tool_use` ids were found without `tool_result` blocks immediately after: "
        + "\(open.joined(separator: ", ")). Each `tool_use` block must have a corresponding `tool_result` block in the "
        + "next message.")
  }

  // MARK: the assistant's turn

  private mutating func takeAssistant(
    _ message: inout Fields, _ prompt: inout Prompt, _ markers: inout CacheMarkers, isLast: Bool
  ) throws(Refusal) {
    if !open.isEmpty { throw unanswered(in: message) }
    guard let blocks = try message.blocks() else { return prompt.add([try message.required("content")]) }
    var texts: [String] = []
    var types: [String] = []
    for block in blocks {
      var block = block
      let type = try block.required("type", among: ["text", "tool_use", "thinking", "redacted_thinking"])
      types.append(type)
      switch type {
      case "text":
        texts.append(try block.nonEmptyText())
        block.ignore("citations")
        try markers.take(&block)
      case "tool_use":
        try takeCall(&block)
        try markers.take(&block)
      case "thinking":
        let thought = try block.required("thinking")
        guard Proof.verifies(try block.required("signature"), of: thought, by: .anthropic) else {
          throw block.fault("Invalid `signature` in `thinking` block")
        }
      default:
        guard Proof.isSealed(try block.required("data"), by: .anthropic) else {
          throw block.fault("Invalid `data` in `redacted_thinking` block")
        }
      }
      try block.end()
    }
    if thinks, isLast, types.contains("tool_use"), let first = types.first, !first.hasSuffix("thinking") {
      throw message.fault(
        "content.0.type: Expected `thinking` or `redacted_thinking`, but found `\(first)`. When `thinking` is enabled, "
          + "a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` "
          + "and `tool_result` blocks).")
    }
    prompt.add(texts)
  }

  private mutating func takeCall(_ block: inout Fields) throws(Refusal) {
    let id = try block.required("id")
    let isPlain = id.allSatisfy { ($0.isASCII && ($0.isLetter || $0.isNumber)) || $0 == "_" || $0 == "-" }
    guard isPlain, !id.isEmpty else {
      throw block.fault(.invalid("String should match pattern '^[a-zA-Z0-9_-]+$'"), at: "id")
    }
    guard seen.insert(id).inserted else { throw .invalid("messages: `tool_use` ids must be unique") }
    _ = try block.toolName(lengthMax: 128)
    _ = try block.requiredObject("input")
    block.ignore("caller")
    open.append(id)
  }
}

extension Fields {
  /// The blocks of `content`; nil where it is a string.
  fileprivate mutating func blocks() throws(Refusal) -> [Fields]? {
    guard let content = value("content") else { throw fault(.missing, at: "content") }
    return content.kind == .string ? nil : try objects("content")
  }

  /// The texts of a result, which may hold images and documents too.
  fileprivate mutating func resultTexts() throws(Refusal) -> [String] {
    guard let content = value("content") else { return [] }
    if let text = content.string { return [text] }
    var texts: [String] = []
    for block in try objects("content") ?? [] {
      var block = block
      let type = try block.required("type", among: ["text", "image", "document", "search_result"])
      if type == "text" { texts.append(try block.nonEmptyText()) } else { try block.anthropicSource(type) }
      block.ignore("cache_control", "citations")
      try block.end()
    }
    return texts
  }

  /// The `source` of an image or a document.
  fileprivate mutating func anthropicSource(_ type: String) throws(Refusal) {
    if type == "search_result" { return ignore("content", "source", "title", "citations") }
    var source = try requiredObject("source")
    let kinds = type == "image" ? ["base64", "url", "file"] : ["base64", "url", "file", "text", "content"]
    switch try source.required("type", among: kinds) {
    case "base64":
      let media = type == "image" ? ["image/jpeg", "image/png", "image/gif", "image/webp"] : ["application/pdf"]
      _ = try source.required("media_type", among: media)
      guard let bytes = Base64.read(try source.required("data")), !bytes.isEmpty else {
        throw source.fault(
          .invalid("The \(type) was specified using the base64 encoding, but is not valid."), at: "data")
      }
    case "url":
      guard try source.required("url").hasPrefix("https://") else {
        throw source.fault(.invalid("Only HTTPS URLs are supported."), at: "url")
      }
    case "text":
      _ = try source.required("media_type", among: ["text/plain"])
      _ = try source.required("data")
    case "file": _ = try source.required("file_id")
    default: source.ignore("content")
    }
    try source.end()
    if type == "document" { ignore("citations", "context", "title") }
  }
}
