// Translator: which spoke speaks which dialect.

import Exchange

extension Dialect {
  /// What reads and writes this dialect; nil where nobody does yet.
  public var spoke: (any Spoke.Type)? {
    switch self {
    case .openAI: OpenAIChat.self
    case .responses: OpenAIResponses.self
    case .anthropic: AnthropicMessages.self
    case .gemini: GeminiContent.self
    case .bedrock: BedrockConverse.self
    case .cohere: CohereChat.self
    }
  }
}

extension Dialect {
  /// What reads and writes this dialect's embeddings; nil where it has none.
  public var embeddingSpoke: (any EmbeddingSpoke.Type)? {
    switch self {
    case .openAI: OpenAIChat.self
    case .gemini: GeminiContent.self
    case .bedrock: BedrockConverse.self
    case .cohere: CohereChat.self
    case .responses, .anthropic: nil
    }
  }
}
