// Stage 3 of 8: takes a request, gives what it asks for, or refuses it; says which header fields may pass.
//
// Endpoint: the doors of the gateway: what a method and a path mean.

import Bytes
import Exchange
import HTTP

/// Paths the gateway does not know by name are passed through.
public enum Endpoint: Hashable, Sendable {
  case chatCompletions
  case completions
  case embeddings
  /// OpenAI's responses.
  case responses
  /// One of the three above under Azure's paths, which name a deployment in the place of a model.
  case deployment(DeploymentMethod, model: String)
  /// Anthropic's messages.
  case messages
  /// How many tokens a message request would have; nothing is generated.
  case countTokens
  /// A method of Gemini's models, which stand in the path.
  case gemini(GeminiMethod, model: String)
  /// A method of Bedrock's models, which stand in the path.
  case bedrock(BedrockMethod, model: String)
  case cohere(CohereMethod)
  /// The list of virtual models.
  case models
  /// One virtual model, by name as the path spells it.
  case model(String)
  /// Anything else under an API: carried to the chain of its model, or to the first backend that speaks the API's dialect.
  case passThrough

  /// Throws 405 for a known path with the wrong method and for TRACE, 404 for a method no model has, 400 for a path that
  /// another server could read as another path.
  public init(of request: Request) throws(Fault) {
    let spelled = request.path
    if spelled.starts(with: "/model/") {
      // Its model's name may hold an encoded slash and is written anew for the backend.
      self = try Self.bedrock(spelled)
      try Self.require(.post, "POST", of: request)
      return
    }
    let path = spelled.extracting(Self.prefixCount(of: spelled)..<spelled.count)
    // Names of models may hold encoded slashes and colons, and are written anew for the backend.
    if let start = Self.modelStart(of: path), let named = try Self.model(path, from: start, request.method) {
      self = named
      if case .gemini = named { try Self.require(.post, "POST", of: request) }
      return
    }
    if !Self.isPlain(path) { throw Self.unclear(path) }
    self = try Self.known(path, request.method)
    switch self {
    case .chatCompletions, .completions, .embeddings, .responses, .deployment, .messages, .countTokens, .gemini,
      .bedrock, .cohere:
      try Self.require(.post, "POST", of: request)
    case .models: try Self.require(.get, "GET", of: request)
    case .model, .passThrough:
      // What comes back of TRACE is the request, the provider's key in it (RFC 9110 9.3.8).
      if request.methodName.equals("TRACE") { try Self.require(.get, "GET", of: request) }
    }
  }

  private static func known(_ path: Span<UInt8>, _ method: Method) throws(Fault) -> Endpoint {
    switch true {
    case path.equals("/v1/chat/completions"): return .chatCompletions
    case path.equals("/v1/completions"): return .completions
    case path.equals("/v1/embeddings"): return .embeddings
    case path.equals("/v1/responses") && method == .post: return .responses
    case path.equals("/v1/messages"): return .messages
    case path.equals("/v1/messages/count_tokens"): return .countTokens
    case path.equals("/v1/models"), path.equals("/v1beta/models") && method != .post: return .models
    case path.equals("/v2/chat"): return .cohere(.chat)
    case path.equals("/v2/embed"): return .cohere(.embed)
    case path.equals("/v2/rerank"): return .cohere(.rerank)
    case path.starts(with: "/openai/deployments/"): return deployment(path) ?? .passThrough
    default: return .passThrough
    }
  }
}

/// What Gemini's models can be asked for.
public enum GeminiMethod: String, CaseIterable, Hashable, Sendable {
  case generateContent
  case streamGenerateContent
  case countTokens
  case embedContent
  case batchEmbedContents
}

/// What Bedrock's models can be asked for.
public enum BedrockMethod: String, CaseIterable, Hashable, Sendable {
  case converse
  case converseStream = "converse-stream"
  /// The model's own request and reply, which differ from vendor to vendor.
  case invoke
  case invokeWithResponseStream = "invoke-with-response-stream"
}

public enum CohereMethod: String, CaseIterable, Hashable, Sendable {
  case chat
  case embed
  case rerank
}

/// What Azure's deployments can be asked for.
public enum DeploymentMethod: String, CaseIterable, Hashable, Sendable {
  case chatCompletions = "chat/completions"
  case completions
  case embeddings
}

extension Endpoint {
  /// Where the name of a model begins in `/v1beta/models/MODEL:METHOD`, `/v1beta/models/MODEL` and `/v1/models/MODEL`.
  private static func modelStart(of path: Span<UInt8>) -> Int? {
    let start = path.starts(with: "/v1beta/models/") ? 15 : path.starts(with: "/v1/models/") ? 11 : 0
    return start > 0 ? start : nil
  }

  /// The model of a path and what is asked of it; names may hold colons, so that the last one parts the method. nil for a
  /// path that is passed through.
  private static func model(_ path: Span<UInt8>, from start: Int, _ method: Method) throws(Fault) -> Endpoint? {
    var colon = path.count - 1
    while colon > start, path[colon] != UInt8(ascii: ":") { colon -= 1 }
    let word = String(path.extracting(min(colon + 1, path.count)..<path.count))
    if colon > start, let known = GeminiMethod(rawValue: word) {
      return .gemini(known, model: try name(path.extracting(start..<colon), in: path))
    }
    if method == .get || method == .head { return .model(try name(path.extracting(start..<path.count), in: path)) }
    if colon > start, method == .post { throw unknown(method: path, GeminiMethod.allCases.map(\.rawValue)) }
    return nil
  }

  /// A model's name as it is spelled without encodings; one that could be read as another path is refused.
  private static func name(_ spelled: Span<UInt8>, in path: Span<UInt8>) throws(Fault) -> String {
    guard let name = spelled.percentDecoded, isPlain(("/" + name).utf8.span) else { throw unclear(path) }
    return name
  }

  private static func unclear(_ path: Span<UInt8>) -> Fault {
    Fault(
      party: .agent, status: 400, type: "invalid_request_error", code: "invalid_path",
      message: "\(String(path)) has empty, dotted or encoded segments; write the path in its plain form.")
  }

  /// `/model/MODEL/METHOD`, the model's name percent-encoded where it has colons or slashes.
  private static func bedrock(_ path: Span<UInt8>) throws(Fault) -> Endpoint {
    var slash = path.count - 1
    while slash > 7, path[slash] != UInt8(ascii: "/") { slash -= 1 }
    let word = String(path.extracting(min(slash + 1, path.count)..<path.count))
    guard slash > 7, let method = BedrockMethod(rawValue: word),
      let model = path.extracting(7..<slash).percentDecoded, !model.isEmpty
    else { throw unknown(method: path, BedrockMethod.allCases.map(\.rawValue)) }
    return .bedrock(method, model: model)
  }

  /// `/openai/deployments/MODEL/METHOD`; nil for methods that are passed through.
  private static func deployment(_ path: Span<UInt8>) -> Endpoint? {
    let start = 20
    guard let slash = path.firstIndex(of: "/", from: start), slash > start,
      let method = DeploymentMethod(rawValue: String(path.extracting(slash + 1..<path.count)))
    else { return nil }
    return .deployment(method, model: String(path.extracting(start..<slash)))
  }

  private static func unknown(method path: Span<UInt8>, _ methods: [String]) -> Fault {
    Fault(
      party: .agent, status: 404, type: "invalid_request_error", code: "unknown_method",
      message: "\(String(path)) is not served here; the methods of a model are \(methods.joined(separator: ", ")).")
  }

  /// How many bytes some SDKs put before the API's version: Anthropic's base URLs may end in `/anthropic`, Groq's client
  /// always asks for `/openai/v1/...`.
  public static func prefixCount(of path: Span<UInt8>) -> Int {
    path.starts(with: "/anthropic/v1/") ? 10 : path.starts(with: "/openai/v1/") ? 7 : 0
  }

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

extension Span where Element == UInt8 {
  /// The text that a part of a path spells (RFC 3986 2.1); nil where it is not UTF-8 or an encoding is broken.
  fileprivate var percentDecoded: String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    var index = 0
    while index < count {
      guard self[index] == UInt8(ascii: "%") else {
        bytes.append(self[index])
        index += 1
        continue
      }
      guard index + 2 < count, let high = self[index + 1].hexadecimalDigit, let low = self[index + 2].hexadecimalDigit
      else { return nil }
      bytes.append(high * 16 + low)
      index += 3
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension UInt8 {
  fileprivate var hexadecimalDigit: UInt8? {
    switch self {
    case 48...57: self - 48
    case 65...70: self - 55
    case 97...102: self - 87
    default: nil
    }
  }
}
