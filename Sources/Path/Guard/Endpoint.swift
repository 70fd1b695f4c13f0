// Stage 3 of 8: takes a request, gives what it asks for, or refuses it; says which header fields may pass.
//
// Endpoint: what a method and a path mean.

import Bytes
import Exchange
import HTTP

/// The doors of the gateway. Paths it does not know by name are passed through.
public enum Endpoint: Hashable, Sendable {
  case chatCompletions
  case completions
  case embeddings
  /// The list of virtual models.
  case models
  /// One virtual model, by name as the path spells it.
  case model(String)
  /// Anything else under the API: carried to the chain of its model, or to the first backend.
  case passThrough

  /// Throws 405 for a known path with the wrong method.
  public init(of request: Request) throws(Fault) {
    let path = request.path
    switch true {
    case path.equals("/v1/chat/completions"): self = .chatCompletions
    case path.equals("/v1/completions"): self = .completions
    case path.equals("/v1/embeddings"): self = .embeddings
    case path.equals("/v1/models"): self = .models
    case path.starts(with: "/v1/models/") && (request.method == .get || request.method == .head):
      self = .model(String(path.extracting(11..<path.count)))
    default: self = .passThrough
    }
    switch self {
    case .chatCompletions, .completions, .embeddings: try Self.require(.post, "POST", of: request)
    case .models: try Self.require(.get, "GET", of: request)
    case .model, .passThrough: break
    }
  }

  /// Whether the body must be a JSON object that names a model.
  public var isModelCall: Bool {
    switch self {
    case .chatCompletions, .completions, .embeddings: true
    case .models, .model, .passThrough: false
    }
  }

  private static func require(_ method: Method, _ name: String, of request: Request) throws(Fault) {
    if request.method == method || (method == .get && request.method == .head) { return }
    throw Fault(
      party: .agent, status: 405, type: "invalid_request_error", code: "method_not_allowed",
      message: "\(String(request.methodName)) \(String(request.path)) is not allowed; use \(name).")
  }
}
