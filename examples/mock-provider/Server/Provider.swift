// Provider: decides what a request gets: an answer, an error, or the misbehaviour its URL asked for.

import Bytes
import HTTP
import Reactor

@EventLoop
final class Provider {
  let ledger = Ledger()
  private var routes = Routes()

  private let keys: Keys

  init(_ keys: Keys) { self.keys = keys }

  /// What a request turned out to be, once its body was read.
  enum Asked {
    case generation(Generation)
    /// Vectors, ready to be sent, and what they cost.
    case embeddings(EmbeddingCost, ByteSlice)
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
    case .door(let door):
      let asked = read(request, route, door)
      let call = Answer(
        ledger: ledger, line: line, id: enter(request, route, asked), route: route,
        keepsAlive: request.keepsAlive, isHead: request.method == .head)
      try await call.give(asked)
    }
  }

  func refuse(_ refusal: Refusal, on line: Line, keepsAlive: Bool = false) throws(Line.Ending) {
    var body = ByteBuffer()
    refusal.write(in: .openAI, into: &body)
    try send(body.take(), status: refusal.status, on: line, keepsAlive: keepsAlive)
  }

  // MARK: reading

  private func read(_ request: Request, _ route: Route, _ door: Door) -> Asked {
    do throws(Refusal) {
      if let method = door.method, !request.methodName.equals(method.utf8.span) { throw .wrongMethod(method) }
      try keys.check(request, route, door)
      return try door.read(request, route)
    } catch {
      return .refusal(error)
    }
  }

  /// Enters the call into the ledger, with its prompt billed unless it will come to nothing.
  private func enter(_ request: Request, _ route: Route, _ asked: Asked) -> Int {
    let fails = route.knobs.status != nil || route.knobs.closes || route.knobs.isGarbage
    let overbill = route.knobs.overbill
    switch asked {
    case .generation(let generation):
      return ledger.open(
        request.head, route, model: generation.model, streams: generation.streams, maxTokens: generation.maxTokens,
        user: generation.user, promptTokens: fails ? 0 : generation.prompt.total + overbill,
        classes: fails ? nil : generation)
    case .embeddings(let embeddings, _):
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
