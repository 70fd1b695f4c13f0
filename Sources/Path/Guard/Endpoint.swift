// Stage 3 of 8: takes a request, gives what it asks for, or refuses it; says which header fields may pass.
//
// Endpoint: what a method and a path mean.

import Bytes
import Exchange
import HTTP

/// What Gemini's models can be asked for.
public enum GeminiMethod: String, CaseIterable, Hashable, Sendable {
  case generateContent
  case streamGenerateContent
  case countTokens
  case embedContent
  case batchEmbedContents
}

/// The doors of the gateway. Paths it does not know by name are passed through.
public enum Endpoint: Hashable, Sendable {
  case chatCompletions
  case completions
  case embeddings
  /// Anthropic's messages.
  case messages
  /// How many tokens a message request would have; nothing is generated.
  case countTokens
  /// A method of Gemini's models, which stand in the path.
  case gemini(GeminiMethod, model: String)
  /// The list of virtual models.
  case models
  /// One virtual model, by name as the path spells it.
  case model(String)
  /// Anything else under the API: carried to the chain of its model, or to the first backend.
  case passThrough

  /// Throws 405 for a known path with the wrong method and for TRACE, 400 for a path that another server could read as another path.
  public init(of request: Request) throws(Fault) {
    let spelled = request.path
    let path = spelled.extracting(Self.prefixCount(of: spelled)..<spelled.count)
    if !Self.isPlain(path) {
      throw Fault(
        party: .agent, status: 400, type: "invalid_request_error", code: "invalid_path",
        message: "\(String(path)) has empty, dotted or encoded segments; write the path in its plain form.")
    }
    switch true {
    case path.equals("/v1/chat/completions"): self = .chatCompletions
    case path.equals("/v1/completions"): self = .completions
    case path.equals("/v1/embeddings"): self = .embeddings
    case path.equals("/v1/messages"): self = .messages
    case path.equals("/v1/messages/count_tokens"): self = .countTokens
    case path.equals("/v1/models"): self = .models
    case path.starts(with: "/v1beta/models/") && path.firstIndex(of: ":") != nil,
      path.starts(with: "/v1/models/") && request.method == .post && path.firstIndex(of: ":") != nil:
      self = try Self.gemini(path)
    case path.starts(with: "/v1/models/") && (request.method == .get || request.method == .head):
      self = .model(String(path.extracting(11..<path.count)))
    default: self = .passThrough
    }
    switch self {
    case .chatCompletions, .completions, .embeddings, .messages, .countTokens, .gemini:
      try Self.require(.post, "POST", of: request)
    case .models: try Self.require(.get, "GET", of: request)
    case .model, .passThrough:
      // What comes back of TRACE is the request, the provider's key in it (RFC 9110 9.3.8).
      if request.methodName.equals("TRACE") { try Self.require(.get, "GET", of: request) }
    }
  }

  /// Whether the body must be a JSON object that names a model.
  public var isModelCall: Bool {
    switch self {
    case .chatCompletions, .completions, .embeddings, .messages, .countTokens, .gemini: true
    case .models, .model, .passThrough: false
    }
  }

  /// Whether a reply has output that costs tokens.
  public var generates: Bool {
    switch self {
    case .gemini(let method, _): method == .generateContent || method == .streamGenerateContent
    case .embeddings, .countTokens, .models, .model: false
    case .chatCompletions, .completions, .messages, .passThrough: true
    }
  }

  /// `/v1beta/models/MODEL:METHOD`
  private static func gemini(_ path: Span<UInt8>) throws(Fault) -> Endpoint {
    let start = path.starts(with: "/v1beta/") ? 15 : 11
    let colon = path.firstIndex(of: UInt8(ascii: ":")) ?? path.count
    let word = String(path.extracting(min(colon + 1, path.count)..<path.count))
    guard colon > start, let method = GeminiMethod(rawValue: word) else {
      throw Fault(
        party: .agent, status: 404, type: "invalid_request_error", code: "unknown_method",
        message: "\(String(path)) is not served here; the methods of a model are "
          + GeminiMethod.allCases.map(\.rawValue).joined(separator: ", ") + ".")
    }
    return .gemini(method, model: String(path.extracting(start..<colon)))
  }

  /// How many bytes some SDKs put before the API's version: Anthropic's base URLs may end in `/anthropic`, Groq's client
  /// always asks for `/openai/v1/...`.
  public static func prefixCount(of path: Span<UInt8>) -> Int {
    path.starts(with: "/anthropic/v1/") ? 10 : path.starts(with: "/openai/v1/") ? 7 : 0
  }

  /// How many bytes of the path stand for the backend's base path: `/v1`, and what comes before it.
  public static func baseCount(of path: Span<UInt8>) -> Int { prefixCount(of: path) + 3 }

  /// No `//`, `/./`, `/../`, encoded dot or slash, or backslash: what is refused or metered here under one path must not
  /// reach the provider as another.
  private static func isPlain(_ path: Span<UInt8>) -> Bool {
    if path.contains("//") || path.contains("\\") { return false }
    var from = 0
    while let dot = path.firstIndex(of: "/.", from: from) {
      let rest = path.extracting(dot + 2..<path.count)
      if rest.isEmpty || rest[0] == UInt8(ascii: "/") || rest.equals(".") || rest.starts(with: "./") { return false }
      from = dot + 2
    }
    return !path.contains("%2e") && !path.contains("%2E") && !path.contains("%2f") && !path.contains("%2F")
  }

  private static func require(_ method: Method, _ name: String, of request: Request) throws(Fault) {
    if request.method == method || (method == .get && request.method == .head) { return }
    throw Fault(
      party: .agent, status: 405, type: "invalid_request_error", code: "method_not_allowed",
      message: "\(String(request.methodName)) \(String(request.path)) is not allowed; use \(name).")
  }
}
