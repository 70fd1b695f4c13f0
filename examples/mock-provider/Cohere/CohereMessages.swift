// CohereMessages: the conversation of a request to Cohere.

import JSON

struct CohereMessages {
  private var prompt = Prompt()
  /// Calls of the assistant's last turn that no message has answered.
  private var open: [String] = []

  static func read(_ fields: inout Fields) throws(Refusal) -> Prompt {
    let messages = try fields.requiredObjects("messages")
    if messages.isEmpty { throw fields.fault(.invalid("must have at least one message."), at: "messages") }
    var conversation = CohereMessages()
    for message in messages { try conversation.take(message) }
    try conversation.checkAnswered()
    if messages.last!.value["role"]?.string == "assistant" {
      throw .invalid("invalid request: the last message must be from the user or a tool.")
    }
    return conversation.prompt
  }

  private mutating func take(_ message: Fields) throws(Refusal) {
    var message = message
    let role = try message.required("role", among: ["user", "assistant", "system", "tool"])
    if role != "tool" { try checkAnswered() }
    switch role {
    case "user":
      guard let texts = try message.cohereTexts(["text", "image_url"]) else {
        throw message.fault(.missing, at: "content")
      }
      prompt.add(texts, question: texts)
    case "assistant": try takeAssistant(&message)
    case "tool":
      let id = try message.required("tool_call_id")
      guard let place = open.firstIndex(of: id) else {
        throw message.fault(.invalid("no tool call before this message has the id '\(id)'."), at: "tool_call_id")
      }
      open.remove(at: place)
      guard let texts = try message.cohereTexts(["text", "document"]) else {
        throw message.fault(.missing, at: "content")
      }
      prompt.add(texts)
    default:
      guard let texts = try message.cohereTexts(["text"]) else { throw message.fault(.missing, at: "content") }
      prompt.add(texts)
    }
    try message.end()
  }

  private mutating func takeAssistant(_ message: inout Fields) throws(Refusal) {
    let texts = try message.cohereTexts(["text", "thinking"])
    let plan = try message.string("tool_plan")
    message.ignore("citations")
    let calls = try message.objects("tool_calls") ?? []
    if texts == nil, calls.isEmpty {
      throw message.fault("an assistant message must have content or tool calls.")
    }
    for call in calls {
      var call = call
      open.append(try call.required("id"))
      _ = try call.required("type", among: ["function"])
      var function = try call.requiredObject("function")
      _ = try function.required("name")
      _ = try function.required("arguments")
      try function.end()
      try call.end()
    }
    prompt.add((texts ?? []) + (plan.map { [$0] } ?? []))
  }

  private func checkAnswered() throws(Refusal) {
    if open.isEmpty { return }
    throw .invalid(
      "invalid request: all tool calls must be answered by tool messages; missing are \(open.joined(separator: ", ")).")
  }
}

extension Fields {
  /// The texts of `content`: a string, or parts of the `kinds` given; nil where there is none.
  fileprivate mutating func cohereTexts(_ kinds: [String]) throws(Refusal) -> [String]? {
    guard let content = value("content") else { return nil }
    if let text = content.string { return [text] }
    guard content.kind == .array else { throw fault(.wrongKind("a string or an array"), at: "content") }
    var texts: [String] = []
    for part in try objects("content") ?? [] {
      var part = part
      switch try part.required("type", among: kinds) {
      case "text": texts.append(try part.required("text"))
      case "thinking": _ = try part.required("thinking")
      case "document":
        var document = try part.requiredObject("document")
        guard let data = document.value("data") else { throw document.fault(.missing, at: "data") }
        texts.append(data.string ?? data.compact)
        _ = try document.string("id")
        try document.end()
      default:
        var image = try part.requiredObject("image_url")
        let url = try image.required("url")
        try image.checkImage(url, at: "url")
        _ = try image.string("detail", among: ["auto", "low", "high"])
        try image.end()
      }
      try part.end()
    }
    return texts
  }
}
