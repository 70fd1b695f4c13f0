// Provider: decides what a request gets: an answer, an error, or the misbehaviour its URL asked for.

import Bytes
import HTTP
import Reactor

@EventLoop
final class Provider {
  let ledger = Ledger()
  private var routes = Routes()

  /// What a request turned out to be, once its body was read.
  enum Asked {
    case generation(Generation)
    case embeddings(EmbeddingRequest)
    /// Anything answered by a document that is ready.
    case document(ByteSlice)
    case refusal(Refusal)

    var streams: Bool {
      if case .generation(let generation) = self { generation.streams } else { false }
    }
  }

  /// Answers one request completely; throws when the connection is not to be used any further.
  func answer(_ request: Request, on line: Line) async throws {
    let route = routes.route(to: request.target)
    switch route.place {
    case .ledger: return try show(on: line, keepsAlive: request.keepsAlive)
    case .reset:
      ledger.reset()
      return try send(ByteSlice("{}\n"), on: line, keepsAlive: request.keepsAlive)
    case .nowhere:
      return try refuse(.nowhere(route.path), on: line, keepsAlive: request.keepsAlive)
    case .badKnobs(let problem):
      return try refuse(.invalid(problem, code: "unknown_knob"), on: line, keepsAlive: request.keepsAlive)
    case .chat, .completions, .embeddings, .models, .model, .other: break
    }
    let asked = read(request, route)
    let call = Answer(
      ledger: ledger, line: line, id: enter(request, route, asked), route: route,
      keepsAlive: request.keepsAlive, isHead: request.method == .head)
    try await call.give(asked)
  }

  func refuse(_ refusal: Refusal, on line: Line, keepsAlive: Bool = false) throws(Line.Ending) {
    var body = ByteBuffer()
    refusal.write(into: &body)
    try send(body.take(), status: refusal.status, on: line, keepsAlive: keepsAlive)
  }

  // MARK: reading

  private func read(_ request: Request, _ route: Route) -> Asked {
    do throws(Refusal) {
      return try understand(request, route)
    } catch {
      return .refusal(error)
    }
  }

  private func understand(_ request: Request, _ route: Route) throws(Refusal) -> Asked {
    let knobs = route.knobs
    if let key = knobs.requiredKey {
      guard let given = request.head["authorization"], given.equals("Bearer \(key)".utf8.span) else {
        throw .wrongKey()
      }
    }
    switch route.place {
    case .chat, .completions, .embeddings:
      guard request.method == .post else { throw .wrongMethod("POST") }
    case .models, .model:
      guard request.method == .get else { throw .wrongMethod("GET") }
    case .other, .ledger, .reset, .nowhere, .badKnobs: break
    }
    var document = ByteBuffer()
    switch route.place {
    case .chat: return .generation(try ChatRequest.read(request.body.span, knobs))
    case .completions: return .generation(try CompletionRequest.read(request.body.span, knobs))
    case .embeddings: return .embeddings(try EmbeddingRequest(request.body.span, knobs))
    case .models: ModelList.write(knobs, into: &document)
    case .model(let name):
      if let models = knobs.models, !models.contains(name) { throw .unknownModel(name) }
      ModelList.write(name, into: &document)
    case .other, .ledger, .reset, .nowhere, .badKnobs: Echo.write(request, route, into: &document)
    }
    return .document(document.take())
  }

  /// Enters the call into the ledger, with its prompt billed unless it will come to nothing.
  private func enter(_ request: Request, _ route: Route, _ asked: Asked) -> Int {
    let fails = route.knobs.status != nil || route.knobs.closes || route.knobs.isGarbage
    let overbill = route.knobs.overbill
    switch asked {
    case .generation(let generation):
      return ledger.open(
        request.head, route, model: generation.model, streams: generation.streams, maxTokens: generation.maxTokens,
        user: generation.user, promptTokens: fails ? 0 : generation.promptTokens + overbill)
    case .embeddings(let embeddings):
      return ledger.open(
        request.head, route, model: embeddings.model, streams: false, maxTokens: nil, user: embeddings.user,
        promptTokens: fails ? 0 : embeddings.promptTokens + overbill)
    case .document, .refusal:
      return ledger.open(request.head, route, model: nil, streams: false, maxTokens: nil, user: nil, promptTokens: 0)
    }
  }

  // MARK: what is not a call

  private func show(on line: Line, keepsAlive: Bool) throws(Line.Ending) {
    var body = ByteBuffer()
    ledger.write(into: &body)
    try send(body.take(), on: line, keepsAlive: keepsAlive)
  }

  private func send(_ body: ByteSlice, status: Int = 200, on line: Line, keepsAlive: Bool) throws(Line.Ending) {
    var head = ByteBuffer()
    AnswerHead(status: status, body: .json(body.count), keepsAlive: keepsAlive).write(into: &head)
    head.append(body)
    try line.send(head.take())
  }
}
