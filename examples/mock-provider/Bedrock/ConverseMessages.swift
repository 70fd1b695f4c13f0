// ConverseMessages: the conversation of a Converse request: turns that alternate, calls that must be answered at once.

import JSON

struct ConverseMessages {
  /// Calls of the turn before, which the user's next turn must answer.
  private var open: [String] = []
  private var lastRole = ""
  private let thinks: Bool
  private let hasTools: Bool

  static func read(
    _ fields: inout Fields, _ prompt: inout Prompt, _ points: inout CachePoints, thinks: Bool, hasTools: Bool
  ) throws(Refusal) {
    let messages = try fields.requiredObjects("messages")
    var conversation = ConverseMessages(thinks: thinks, hasTools: hasTools)
    if messages.isEmpty || messages[0].value["role"]?.string != "user" {
      throw .invalid(
        "A conversation must start with a user message. Try again with a conversation that starts with a user message.")
    }
    for (index, message) in messages.enumerated() {
      let isLast = !messages[(index + 1)...].contains { $0.value["role"]?.string == "assistant" }
      try conversation.take(message, &prompt, &points, isLast: isLast)
    }
    if !conversation.open.isEmpty { throw conversation.unanswered(in: messages.last!) }
  }

  private init(thinks: Bool, hasTools: Bool) {
    self.thinks = thinks
    self.hasTools = hasTools
  }

  private mutating func take(
    _ message: Fields, _ prompt: inout Prompt, _ points: inout CachePoints, isLast: Bool
  ) throws(Refusal) {
    var message = message
    let role = try message.required("role", among: ["user", "assistant"])
    if role == lastRole {
      throw .invalid(
        "messages: roles must alternate between \"user\" and \"assistant\", but found multiple \"\(role)\" roles in a row"
      )
    }
    lastRole = role
    let blocks = try message.requiredObjects("content")
    try message.end()
    if blocks.isEmpty {
      throw message.fault("The content field in the Message object is empty. Add a ContentBlock object.")
    }
    var texts: [String] = []
    var question: [String] = []
    var kinds: [String] = []
    var calls: [String] = []
    for block in blocks {
      var block = block
      guard block.value.count == 1, let kind = block.value.members?.first?.name else {
        throw block.fault("exactly one member of the union must be set.")
      }
      kinds.append(kind)
      switch kind {
      case "text":
        let text = try block.required("text")
        if text.allSatisfy(\.isWhitespace) {
          throw block.fault(
            "The text field in the ContentBlock object is blank. Add text to the text field, and try again.")
        }
        texts.append(text)
        if role == "user" { question.append(text) }
      case "toolUse": calls.append(try takeCall(&block, role))
      case "toolResult":
        if !question.isEmpty { throw block.fault("toolResult blocks must come before other content.") }
        texts += try takeResult(&block, role)
      case "reasoningContent": try block.reasoning(role)
      case "image", "document", "video", "audio": try block.media(kind)
      case "cachePoint":
        if points.isNova, kinds.dropLast().last == "toolResult" {
          throw block.fault("extraneous key [cachePoint] is not permitted")
        }
        try points.take(&block)
      case "guardContent", "citationsContent", "searchResult": block.ignore(kind)
      default: break
      }
      try block.end()
    }
    if !open.isEmpty { throw unanswered(in: message) }
    open = calls
    if thinks, isLast, !calls.isEmpty, kinds[0] != "reasoningContent" {
      throw .invalid(
        "The model returned the following errors: \(message.path.spelled(in: .bedrock)).content.0.type: Expected "
          + "`thinking` or `redacted_thinking`, but found `\(kinds[0])`. When `thinking` is enabled, a final `assistant` "
          + "message must start with a thinking block.")
    }
    prompt.add(texts, question: question)
  }

  private func takeCall(_ block: inout Fields, _ role: String) throws(Refusal) -> String {
    guard role == "assistant" else { throw block.fault("toolUse blocks are the assistant's.") }
    try requireTools()
    var use = try block.requiredObject("toolUse")
    let id = try use.toolUseID()
    _ = try use.toolName()
    guard let input = use.value("input"), input.kind == .object else {
      throw use.fault("The format of the value at input is invalid. Provide a json object for the field and try again.")
    }
    try use.end()
    return id
  }

  private mutating func takeResult(_ block: inout Fields, _ role: String) throws(Refusal) -> [String] {
    guard role == "user" else { throw block.fault("toolResult blocks are the user's.") }
    try requireTools()
    var result = try block.requiredObject("toolResult")
    let id = try result.toolUseID()
    guard let place = open.firstIndex(of: id) else {
      throw result.fault(
        "The toolResult block has the id \(id), and no toolUse block of the previous turn has it.")
    }
    open.remove(at: place)
    _ = try result.string("status", among: ["success", "error"])
    var texts: [String] = []
    for part in try result.requiredObjects("content") {
      var part = part
      if let text = try part.string("text") { texts.append(text) }
      if let json = part.value("json") { texts.append(json.compact) }
      for kind in ["image", "document", "video"] where part.value[kind] != nil { try part.media(kind) }
      part.ignore("searchResult")
      try part.end()
    }
    try result.end()
    return texts
  }

  private func requireTools() throws(Refusal) {
    if hasTools { return }
    throw .invalid("The toolConfig field must be defined when using toolUse and toolResult content blocks.")
  }

  private func unanswered(in message: Fields) -> Refusal {
    .invalid(
      "Expected toolResult blocks at \(message.path.spelled(in: .bedrock)).content for the following Ids: "
        + open.joined(separator: ", "))
  }
}

extension Fields {
  fileprivate mutating func toolUseID() throws(Refusal) -> String {
    let id = try required("toolUseId")
    let isPlain = id.allSatisfy { ($0.isASCII && ($0.isLetter || $0.isNumber)) || "_.:-".contains($0) }
    guard isPlain, (1...64).contains(id.utf8.count) else {
      throw fault(.invalid("Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+"), at: "toolUseId")
    }
    return id
  }

  /// Thoughts as they were said, with their signature.
  fileprivate mutating func reasoning(_ role: String) throws(Refusal) {
    guard role == "assistant" else { throw fault("reasoningContent blocks are the assistant's.") }
    var reasoning = try requiredObject("reasoningContent")
    if var text = try reasoning.object("reasoningText") {
      let thought = try text.required("text")
      guard Proof.verifies(try text.required("signature"), of: thought, by: .anthropic) else {
        throw .invalid("The model returned the following errors: Invalid `signature` in `thinking` block")
      }
      try text.end()
    } else {
      guard Proof.isSealed(try reasoning.required("redactedContent"), by: .anthropic) else {
        throw .invalid("The model returned the following errors: Invalid `data` in `redacted_thinking` block")
      }
    }
    try reasoning.end()
  }

  fileprivate mutating func media(_ kind: String) throws(Refusal) {
    var media = try requiredObject(kind)
    let images = ["png", "jpeg", "gif", "webp"]
    let documents = ["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"]
    switch kind {
    case "image": _ = try media.required("format", among: images)
    case "document":
      _ = try media.string("format", among: documents)
      let name = try media.required("name")
      let isPlain = name.allSatisfy { ($0.isASCII && ($0.isLetter || $0.isNumber)) || " -()[]".contains($0) }
      guard isPlain, !name.contains("  "), (1...200).contains(name.utf8.count) else {
        throw media.fault(
          "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, "
            + "and square brackets.")
      }
      media.ignore("context", "citations")
    default: _ = try media.required("format")
    }
    var source = try media.requiredObject("source")
    if let data = try source.string("bytes") {
      guard let bytes = Base64.read(data), !bytes.isEmpty else {
        throw source.fault(.invalid("Provide valid base64."), at: "bytes")
      }
    }
    source.ignore("s3Location", "text", "content")
    guard source.value.count == 1 else { throw source.fault("exactly one member of the union must be set.") }
    try source.end()
    try media.end()
  }
}
