// Call: one request on its way, as all stages know it.

import Admission
import Bytes
import Dialects
import Exchange
import Guard
import HTTP
import Hub
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
  /// What the agent speaks.
  let dialect: Dialect
  let payer: Payer
  let agent: AgentConnection
  let startedAt: UInt64
  /// The body, where it is a JSON object.
  let body: (any ModelRequest)?
  /// The model as the agent named it: `x-ai-eg-model`, else the body's; nil where neither names one.
  let model: ModelName?
  /// Candidates that failed, in the order they were tried.
  var tried: [Failure] = []
  var attempts = 0
  /// Shadow budgets that would have refused it, each told once.
  var wouldBeRefusedBy: [BudgetName] = []
  /// The refusal that ends first, where budgets refused and the chain went on.
  var refused: (rescue: Rescue, refusal: Refusal)?
  /// Who pays, as receipts say it.
  let payerLabel: String
  /// What it asks for, once a candidate speaks another dialect.
  var meaning: Meaning?
  /// Why no candidate so far could be told what the call asks for.
  var unsaid: Fault?
  /// Why no candidate so far may be asked: what it would bill cannot be bounded.
  var unbounded: Fault?
  /// What budgets in dollars book for it, where the policy says so.
  var charge: NanoDollars?
  /// Those of the policy the call began under.
  let costs: CostBook
  var trace: Trace

  init(
    _ id: RequestID, _ request: Request, at endpoint: Endpoint, by payer: Payer, on agent: AgentConnection,
    costs: CostBook, startedAt: UInt64
  ) throws(Fault) {
    self.costs = costs
    self.id = id
    idDigits = id.digits
    self.request = request
    self.endpoint = endpoint
    dialect = endpoint.dialect
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
      model = (endpoint.model ?? Self.modelOfSession(request)).map { ModelName($0) } ?? body?.model
    }
    if model == nil, endpoint.isModelCall {
      throw Fault(
        party: .agent, status: 400, type: "invalid_request_error", code: "missing_model", param: "model",
        message: "The request names no model: set \"model\" in the body or the header x-ai-eg-model.")
    }
    payerLabel = payer.label
    trace = Trace(request: id, startedAt: DataPlane.wallTime(), model: model, payer: payerLabel)
  }

  /// Realtime sessions name their model in the query (platform.openai.com/docs/guides/realtime-websocket).
  private static func modelOfSession(_ request: Request) -> String? {
    guard request.wantsWebSocket, let range = request.queryRange(of: "model"),
      range.count <= Limits.modelNameBytesMax
    else { return nil }
    return String(request.target.extracting(range))
  }

  /// Bytes of the request's body, by which its input is estimated.
  var bytes: Int { request.body.count }

  /// The most output tokens all choices together may have, where the agent bounded it or `standard` does.
  ///
  /// - Parameter least: what the candidate raises a smaller bound to.
  func outputBound(standard: TokenCount, raisedTo least: TokenCount = .zero) -> TokenCount {
    guard endpoint.generates else { return .zero }
    guard let body else { return request.wantsWebSocket ? standard : .zero }
    return max(body.outputMax ?? standard, least) * body.choices
  }

  /// Whether a bound on the output may be written into the body: only where its field is known.
  var mayBoundOutput: Bool {
    guard let body else { return false }
    return body.outputMax != nil || (endpoint.isModelCall && endpoint.generates && body.takesBound)
  }

  /// Whatever could be a model call is read, so that nothing is spent past the budgets: on a path that is passed through,
  /// every body that begins like an object, whatever it calls itself.
  private static func body(of request: Request, at endpoint: Endpoint) throws(Fault) -> (any ModelRequest)? {
    if request.body.isEmpty {
      if !endpoint.isModelCall { return nil }
      throw unreadable("The request has no body; send a JSON object.", status: 400, code: "invalid_json")
    }
    // curl -d says it sends a form when nobody told it otherwise; what it sends is JSON.
    let type = request.head["content-type"]
    let isOpen = type == nil || isJSON(type!) || type!.starts(with: "application/x-www-form-urlencoded")
    if let encoding = request.head["content-encoding"], !encoding.equalsIgnoringCase("identity"), isOpen {
      throw unreadable(
        "Content-Encoding \(String(encoding)) is not read here; send the body as it is.", status: 415,
        code: "unsupported_content_encoding")
    }
    if endpoint.isModelCall {
      if isOpen {
        return try endpoint.dialect.adapter.request(request.body, at: endpoint)
      }
      throw unreadable(
        "Content-Type \(String(type!)) is not read here; send application/json.", status: 415,
        code: "unsupported_content_type")
    }
    guard beginsLikeAnObject(request.body) else { return nil }
    // Lines of JSON in an upload begin like an object too and are none.
    let adapter = Dialect.openAI.adapter
    return isOpen ? try adapter.request(request.body, at: endpoint) : try? adapter.request(request.body, at: endpoint)
  }

  private static func beginsLikeAnObject(_ body: ByteSlice) -> Bool {
    let bytes = body.span
    var at = 0
    while at < bytes.count, bytes[at] <= 0x20 { at += 1 }
    return at < bytes.count && bytes[at] == UInt8(ascii: "{")
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
