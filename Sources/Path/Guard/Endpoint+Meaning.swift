// Endpoint+Meaning: what each door has in common with others.

import Bytes
import Exchange
import HTTP

extension Endpoint {
  /// Whether the body must be a JSON object that names a model, or the path names one.
  public var isModelCall: Bool {
    switch self {
    case .chatCompletions, .completions, .embeddings, .responses, .deployment, .messages, .countTokens, .gemini,
      .bedrock, .cohere:
      true
    case .models, .model, .passThrough: false
    }
  }

  /// Whether a reply has output that costs tokens.
  public var generates: Bool {
    switch self {
    case .gemini(let method, _): method == .generateContent || method == .streamGenerateContent
    case .deployment(let method, _): method != .embeddings
    case .cohere(let method): method == .chat
    case .embeddings, .countTokens, .models, .model: false
    case .chatCompletions, .completions, .responses, .messages, .bedrock, .passThrough: true
    }
  }

  /// Asks for an answer to a conversation, which every dialect has words for.
  public var isConversation: Bool {
    switch self {
    case .chatCompletions, .responses, .messages, .deployment(.chatCompletions, _), .gemini(.generateContent, _),
      .gemini(.streamGenerateContent, _), .bedrock(.converse, _), .bedrock(.converseStream, _), .cohere(.chat):
      true
    default: false
    }
  }

  /// Asks for vectors of texts, which most dialects have words for.
  public var isEmbedding: Bool {
    switch self {
    case .embeddings, .deployment(.embeddings, _), .gemini(.embedContent, _), .gemini(.batchEmbedContents, _),
      .cohere(.embed):
      true
    default: false
    }
  }

  /// OpenAI's chat completions, by whichever path.
  public var isChat: Bool { self == .chatCompletions || isDeploymentChat }

  private var isDeploymentChat: Bool {
    if case .deployment(.chatCompletions, _) = self { true } else { false }
  }

  /// Counts tokens and generates nothing, which is free of charge.
  public var countsOnly: Bool {
    switch self {
    case .countTokens, .gemini(.countTokens, _): true
    default: false
    }
  }

  /// The model, where the path names it.
  public var modelInPath: String? {
    switch self {
    case .gemini(_, let model), .bedrock(_, let model), .deployment(_, let model): model
    case .chatCompletions, .completions, .embeddings, .responses, .messages, .countTokens, .cohere, .models, .model,
      .passThrough:
      nil
    }
  }

  /// Which language is spoken at this door; the request tells those of doors that several dialects share.
  public func dialect(for request: Request) -> Dialect {
    switch self {
    case .messages, .countTokens: .anthropic
    case .gemini: .gemini
    case .bedrock: .bedrock
    case .cohere: .cohere
    case .responses: .responses
    case .chatCompletions, .completions, .embeddings, .deployment: .openAI
    case .models, .model, .passThrough: Self.dialect(of: request)
    }
  }

  /// The language of a request, its path known or not. Anthropic's SDKs say by a header which version they speak, and
  /// its API shares `/v1/models` and `/v1/files` with OpenAI's.
  public static func dialect(of request: Request) -> Dialect {
    let path = request.path
    switch true {
    case path.starts(with: "/v1beta/"): return .gemini
    case path.starts(with: "/v1/messages") || path.starts(with: "/anthropic/"): return .anthropic
    case path.starts(with: "/v1/responses"): return .responses
    case path.starts(with: "/model/"): return .bedrock
    case path.starts(with: "/v2/"): return .cohere
    default: return request.head.firstIndex(of: "anthropic-version") != nil ? .anthropic : .openAI
    }
  }

  /// How many bytes of a path that is passed through stand for the backend's base path: `/v1`, and what comes before it;
  /// `/v1beta`; nothing of Cohere's and Azure's.
  public static func baseCount(of path: Span<UInt8>) -> Int {
    if path.starts(with: "/v1beta/") { return 7 }
    if path.starts(with: "/v2/") || path.starts(with: "/openai/deployments/") { return 0 }
    return prefixCount(of: path) + 3
  }
}
