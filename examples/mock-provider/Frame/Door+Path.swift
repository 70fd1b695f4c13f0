// Door+Path: which endpoint a path leads to.

extension Door {
  /// `path` without knobs; nil where nobody answers.
  init?(path: String, query: String) {
    switch path.withoutHost {
    case "/v1/chat/completions": self = .chat
    case "/v1/completions": self = .completions
    case "/v1/embeddings": self = .embeddings
    case "/v1/models": self = .models
    case "/v1/responses": self = .responses
    case "/v1/messages": self = .messages
    case "/v1/messages/count_tokens": self = .countMessages
    case "/v2/chat": self = .cohereChat
    case "/v2/embed": self = .cohereEmbed
    case "/v2/rerank": self = .cohereRerank
    default:
      let parts = path.withoutHost.split(separator: "/").map { String($0).percentDecoded }
      guard let door = Door(parts, query: query) else { return nil }
      self = door
    }
  }

  private init?(_ parts: [String], query: String) {
    switch parts.first {
    // Google's newer paths have the version of OpenAI's, and end with an action.
    case "v1" where parts.count == 3 && parts[1] == "models":
      self = Door(action: parts[2], query: query) ?? .model(parts[2])
    // Vertex AI: /v1/projects/P/locations/L/publishers/google/models/M:ACTION
    case "v1" where parts.count == 9 && parts[1] == "projects" && parts[5] == "publishers" && parts[7] == "models",
      "v1beta1" where parts.count == 9 && parts[1] == "projects" && parts[5] == "publishers" && parts[7] == "models":
      self = Door(action: parts[8], query: query) ?? .other(.gemini)
    case "v1beta" where parts.count == 3 && parts[1] == "models":
      self = Door(action: parts[2], query: query) ?? .other(.gemini)
    case "model" where parts.count == 3:
      switch parts[2] {
      case "converse": self = .converse(parts[1], streams: false)
      case "converse-stream": self = .converse(parts[1], streams: true)
      case "invoke": self = .invoke(parts[1], streams: false)
      case "invoke-with-response-stream": self = .invoke(parts[1], streams: true)
      default: self = .other(.bedrock)
      }
    case "openai" where parts.count >= 4 && parts[1] == "deployments":
      switch parts[3...].joined(separator: "/") {
      case "chat/completions": self = .deployedChat(parts[2])
      case "embeddings": self = .deployedEmbeddings(parts[2])
      default: self = .other(.openAI)
      }
    case "v1", "openai": self = .other(.openAI)
    case "v1beta", "v1beta1": self = .other(.gemini)
    case "v2": self = .other(.cohere)
    case "model": self = .other(.bedrock)
    default: return nil
    }
  }

  /// Gemini's `MODEL:ACTION`.
  private init?(action text: String, query: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let model = String(text[..<colon])
    switch text[text.index(after: colon)...] {
    case "generateContent": self = .generate(model)
    case "streamGenerateContent":
      self = .generateStream(model, asEvents: query.split(separator: "&").contains("alt=sse"))
    case "countTokens": self = .countContents(model)
    case "embedContent": self = .embedContent(model)
    case "batchEmbedContents": self = .embedContents(model)
    default: return nil
    }
  }
}

extension String {
  /// Where Groq and Google keep what speaks OpenAI's dialect, as OpenAI itself has it.
  fileprivate var withoutHost: String {
    for prefix in ["/openai/v1/", "/v1beta/openai/"] where hasPrefix(prefix) { return "/v1/" + dropFirst(prefix.count) }
    return self
  }

  /// With `%3A` and its like undone (RFC 3986 2.1); a percent sign that begins nothing stays.
  var percentDecoded: String {
    if !utf8.contains(UInt8(ascii: "%")) { return self }
    let spelled = Array(utf8)
    var bytes: [UInt8] = []
    var at = 0
    while at < spelled.count {
      if spelled[at] == UInt8(ascii: "%"), at + 2 < spelled.count,
        let byte = UInt8(String(decoding: spelled[at + 1...at + 2], as: UTF8.self), radix: 16)
      {
        bytes.append(byte)
        at += 3
      } else {
        bytes.append(spelled[at])
        at += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
