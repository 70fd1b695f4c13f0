// ChatMessages: the conversation of a chat request, read with care: roles, parts, and calls that must be answered.

import JSON

struct ChatMessages {
  private static let roles = ["system", "developer", "user", "assistant", "tool", "function"]

  private static let identifierLengthMax = 40

  private var prompt = Prompt()
  /// Calls of the assistant's last turn that no message has answered.
  private var open: [String] = []

  static func read(_ fields: inout Fields) throws(Refusal) -> Prompt {
    let messages = try fields.requiredObjects("messages")
    if messages.isEmpty {
      throw .invalid(
        "Invalid 'messages': empty array. Expected an array with minimum length 1.", param: "messages",
        code: "empty_array")
    }
    var conversation = ChatMessages()
    for message in messages { try conversation.take(message) }
    try conversation.checkAnswered()
    return conversation.prompt
  }

  private mutating func take(_ message: Fields) throws(Refusal) {
    var message = message
    let role = try message.required("role", among: Self.roles)
    if role != "tool" { try checkAnswered() }
    _ = try message.string("name")
    switch role {
    case "user":
      let texts = try message.chatTexts(["text", "image_url", "input_audio", "file"])
      guard let texts else { throw message.fault(.missing, at: "content") }
      prompt.add(texts, question: texts)
    case "assistant": try takeAssistant(&message)
    case "tool":
      let id = try message.required("tool_call_id")
      guard let place = open.firstIndex(of: id) else {
        throw message.fault(
          "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.")
      }
      open.remove(at: place)
      guard let texts = try message.chatTexts(["text"]) else { throw message.fault(.missing, at: "content") }
      prompt.add(texts)
    default:
      guard let texts = try message.chatTexts(["text"]) else { throw message.fault(.missing, at: "content") }
      prompt.add(texts)
    }
    try message.end()
  }

  private mutating func takeAssistant(_ message: inout Fields) throws(Refusal) {
    let texts = try message.chatTexts(["text", "refusal"])
    let refusal = try message.string("refusal")
    // The prefix is Mistral's, whose SDK says in every turn that it is none.
    message.ignore("audio", "annotations", "function_call", "prefix")
    let calls = try message.objects("tool_calls")
    if let calls, calls.isEmpty {
      throw message.fault(.invalid("empty array. Expected an array with minimum length 1."), at: "tool_calls")
    }
    guard texts != nil || calls != nil || refusal != nil else { throw message.fault(.missing, at: "content") }
    for call in calls ?? [] {
      var call = call
      let id = try call.required("id")
      if id.utf8.count > Self.identifierLengthMax {
        throw call.fault(
          .invalid(
            "string too long. Expected a string with maximum length 40, but got one with length \(id.utf8.count)."),
          at: "id")
      }
      open.append(id)
      _ = try call.required("type", among: ["function"])
      call.ignore("index")
      var function = try call.requiredObject("function")
      _ = try function.toolName()
      _ = try function.required("arguments")
      try function.end()
      try call.end()
    }
    prompt.add(texts ?? [])
  }

  private func checkAnswered() throws(Refusal) {
    if open.isEmpty { return }
    throw .invalid(
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        + "The following tool_call_ids did not have response messages: \(open.joined(separator: ", "))",
      param: "messages")
  }
}

extension Fields {
  /// The texts of `content`: a string, or parts of the `kinds` given; nil where there is none.
  mutating func chatTexts(_ kinds: [String]) throws(Refusal) -> [String]? {
    guard let content = value("content") else { return nil }
    if let text = content.string { return [text] }
    guard content.kind == .array else { throw fault(.wrongKind("a string or an array"), at: "content") }
    var texts: [String] = []
    for part in try objects("content") ?? [] {
      var part = part
      let kind = try part.required("type", among: kinds)
      switch kind {
      case "text", "refusal": texts.append(try part.required(kind))
      case "image_url":
        var image = try part.requiredObject("image_url")
        let url = try image.required("url")
        try image.checkImage(url, at: "url")
        _ = try image.string("detail", among: ["auto", "low", "high", "original"])
        try image.end()
      default: _ = try part.requiredObject(kind)
      }
      part.ignore("prompt_cache_breakpoint")
      try part.end()
    }
    return texts
  }

  /// An image is at some address, or is one in base64.
  func checkImage(_ url: String, at name: String) throws(Refusal) {
    if url.hasPrefix("http://") || url.hasPrefix("https://") { return }
    guard url.hasPrefix("data:image/"), let comma = url.firstIndex(of: ","), url[..<comma].hasSuffix(";base64"),
      let bytes = Base64.read(String(url[url.index(after: comma)...])), !bytes.isEmpty
    else { throw fault(.invalid("expected a valid URL or a base64-encoded data URL of an image."), at: name) }
  }
}
