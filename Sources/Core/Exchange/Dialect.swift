// Dialect: the languages agents and providers speak.

/// The shape of requests, replies, stream events and errors.
public enum Dialect: String, CaseIterable, Hashable, Sendable {
  /// Chat completions, text completions and embeddings, as OpenAI defines them and most providers copy them.
  case openAI
  /// OpenAI's responses (platform.openai.com/docs/api-reference/responses).
  case responses
  /// Messages (platform.claude.com/docs/en/api/messages).
  case anthropic
  /// generateContent and its relatives (ai.google.dev/api).
  case gemini
  /// Converse, and the invocation of a model in its own words (docs.aws.amazon.com/bedrock/latest/APIReference).
  case bedrock
  /// Chat, embed and rerank, second version (docs.cohere.com/reference/chat).
  case cohere
}
