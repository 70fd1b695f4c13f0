// Dialect: the provider that is played, chosen by the path of a request.

/// Whose words requests, replies and errors are in.
enum Dialect: Sendable {
  /// OpenAI's chat, completions and embeddings, Azure's among them.
  case openAI
  case responses
  case anthropic
  case gemini
  case bedrock
  case cohere
}

/// An endpoint, with what its path says.
enum Door: Equatable, Sendable {
  case chat
  /// Azure names the model in the path.
  case deployedChat(String)
  case completions
  case embeddings
  case deployedEmbeddings(String)
  case models
  case model(String)
  case responses
  case messages
  case countMessages
  case generate(String)
  /// Server-sent events, or one array that grows.
  case generateStream(String, asEvents: Bool)
  case countContents(String)
  case embedContent(String)
  case embedContents(String)
  case converse(String, streams: Bool)
  case invoke(String, streams: Bool)
  case cohereChat
  case cohereEmbed
  case cohereRerank
  /// Any other path under a provider's own.
  case other(Dialect)

  var dialect: Dialect {
    switch self {
    case .chat, .deployedChat, .completions, .embeddings, .deployedEmbeddings, .models, .model: .openAI
    case .responses: .responses
    case .messages, .countMessages: .anthropic
    case .generate, .generateStream, .countContents, .embedContent, .embedContents: .gemini
    case .converse, .invoke: .bedrock
    case .cohereChat, .cohereEmbed, .cohereRerank: .cohere
    case .other(let dialect): dialect
    }
  }

  /// The method it wants; nil where any will do.
  var method: String? {
    switch self {
    case .models, .model: "GET"
    case .other: nil
    case .chat, .deployedChat, .completions, .embeddings, .deployedEmbeddings, .responses, .messages, .countMessages,
      .generate, .generateStream, .countContents, .embedContent, .embedContents, .converse, .invoke, .cohereChat,
      .cohereEmbed, .cohereRerank:
      "POST"
    }
  }
}
