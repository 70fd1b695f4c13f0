// Answers: what the gateway answers by itself: models, refusals, and the news that the bytes on a connection are no request.

import Bytes
import Dialects
import Exchange
import Guard
import HTTP
import Hub
import Identity
import Listener
import Reactor

extension Serving {
  /// The answer to a call no provider need be asked for; nil for all others.
  func answer(_ call: Call) throws(Fault) -> ByteSlice? {
    switch call.endpoint.kind {
    case .models: return models.list(in: call.dialect)
    case .model:
      let name = call.endpoint.model ?? ""
      if let model = models.model(name, in: call.dialect) { return model }
      guard let known = policy.model(serving: ModelName(name)) else { throw unknown(ModelName(name)) }
      return models.model(.init(name: ModelName(name), owner: known.ownedBy), in: call.dialect)
    case .other where !call.endpoint.isUnderAnAPI:
      throw Fault(
        party: .agent, status: 404, type: "invalid_request_error", code: "unknown_path",
        message: "\(call.endpoint.path.text) is not served here; the API begins with /v1/.")
    case .conversation, .completion, .embedding, .rerank, .count, .invocation, .session, .other: return nil
    }
  }
}

extension Call {
  func send(_ json: ByteSlice, isEstimate: Bool = false) {
    agent.stream.write(replyHead(200, from: nil, by: nil, length: .known(json.count), isEstimate: isEstimate))
    if request.method != .head { agent.stream.write(json) }
    agent.stream.flush()
  }

  func send(_ rescue: Rescue) {
    rescue.write(to: agent, in: dialect, id: id, tried: tried, isHead: request.method == .head)
  }

  /// The reply that a provider gave, and that was kept in case nobody did better.
  func send(_ reply: Failure.Stored, of candidate: LiveCandidate) {
    let isHead = request.method == .head
    agent.stream.write(
      replyHead(
        reply.status, from: reply.head, by: candidate, length: isHead ? .none : .known(reply.body.count),
        across: reply.isRewritten ? ("application/json", []) : nil))
    if !isHead { agent.stream.write(reply.body) }
    agent.stream.flush()
  }

  static let lastChunk = ByteSlice("0\r\n\r\n")
}

extension AgentConnection {
  /// The request was at fault before it became a call.
  func refuse(_ fault: Fault, _ id: RequestID, _ request: Request) {
    Rescue(fault).write(to: self, in: EndpointRouter.dialect(of: request), id: id, isHead: request.method == .head)
  }

  /// The bytes on the connection are no request; it ends after the reply.
  func refuse(_ error: HTTPError) {
    makeLast()
    Rescue(error).write(to: self, in: .openAI)
  }
}
