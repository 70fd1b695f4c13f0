// Call: one request on its way, as all stages know it.

import Bytes
import Dialects
import Exchange
import Guard
import HTTP
import Identity
import JSON
import Listener
import Reactor

/// What was asked, by whom, and what has been tried for it.
@EventLoop
final class Call {
  private enum Limits {
    /// As in the body: a longer name would stand in metrics and receipts for good.
    static let modelNameBytesMax = 256
  }

  let id: RequestID
  /// The digits of `id`, for the reply's head.
  let idDigits: InlineArray<32, UInt8>
  let request: Request
  let endpoint: Endpoint
  let payer: Payer
  let agent: AgentConnection
  let startedAt: UInt64
  /// The body, where it is a JSON object.
  let body: OpenAIRequest?
  /// The model as the agent named it: `x-ai-eg-model`, else the body's; nil where neither names one.
  let model: ModelName?
  /// Candidates that failed, in the order they were tried.
  var tried: [Failure] = []
  var attempts = 0

  init(
    _ id: RequestID, _ request: Request, at endpoint: Endpoint, by payer: Payer, on agent: AgentConnection,
    startedAt: UInt64
  ) throws(Fault) {
    self.id = id
    idDigits = id.digits
    self.request = request
    self.endpoint = endpoint
    self.payer = payer
    self.agent = agent
    self.startedAt = startedAt
    body = try Self.body(of: request, at: endpoint)
    if let chosen = request.head["x-ai-eg-model"], !chosen.isEmpty {
      if chosen.count > Limits.modelNameBytesMax {
        throw Fault(
          party: .agent, status: 400, type: "invalid_request_error", code: "header_too_long", param: "x-ai-eg-model",
          message: "Header x-ai-eg-model must be a name of at most \(Limits.modelNameBytesMax) bytes.")
      }
      model = ModelName(String(chosen))
    } else {
      model = body?.model
    }
    if model == nil, endpoint.isModelCall {
      throw Fault(
        party: .agent, status: 400, type: "invalid_request_error", code: "missing_model", param: "model",
        message: "The request names no model: set \"model\" in the body or the header x-ai-eg-model.")
    }
  }

  /// Bytes of the request's body, by which its input is estimated.
  var bytes: Int { request.body.count }

  /// The most output tokens all choices together may have, where the agent bounded it or `standard` does.
  func outputBound(standard: TokenCount) -> TokenCount {
    guard let body, endpoint != .embeddings else { return .zero }
    return (body.outputMax ?? standard) * body.choices
  }

  /// Whether a bound on the output may be written into the body: only where its field is known.
  var mayBoundOutput: Bool {
    guard let body else { return false }
    return body.outputMax != nil || endpoint == .chatCompletions || endpoint == .completions
  }

  private static func body(of request: Request, at endpoint: Endpoint) throws(Fault) -> OpenAIRequest? {
    if request.body.isEmpty {
      if !endpoint.isModelCall { return nil }
      throw unreadable("The request has no body; send a JSON object.", status: 400, code: "invalid_json")
    }
    if let encoding = request.head["content-encoding"], !encoding.equalsIgnoringCase("identity") {
      if !endpoint.isModelCall { return nil }
      throw unreadable(
        "Content-Encoding \(String(encoding)) is not read here; send the body as it is.", status: 415,
        code: "unsupported_content_encoding")
    }
    // curl -d says it sends a form when nobody told it otherwise; what it sends is JSON.
    guard let type = request.head["content-type"] else {
      return endpoint.isModelCall ? try OpenAIRequest(request.body) : nil
    }
    if endpoint.isModelCall {
      if isJSON(type) || type.starts(with: "application/x-www-form-urlencoded") {
        return try OpenAIRequest(request.body)
      }
      throw unreadable(
        "Content-Type \(String(type)) is not read here; send application/json.", status: 415,
        code: "unsupported_content_type")
    }
    // A body that is passed through may be anything; only one that says it is JSON is read, and need not be valid.
    return isJSON(type) ? try? OpenAIRequest(request.body) : nil
  }

  private static func isJSON(_ type: Span<UInt8>) -> Bool {
    let end = type.firstIndex(of: UInt8(ascii: ";")) ?? type.count
    let name = type.extracting(0..<end).trimmed
    return name.equalsIgnoringCase("application/json")
      || (name.count > 5 && name.extracting(name.count - 5..<name.count).equalsIgnoringCase("+json"))
  }

  private static func unreadable(_ message: String, status: Int, code: String) -> Fault {
    Fault(party: .agent, status: status, type: "invalid_request_error", code: code, message: message)
  }
}
