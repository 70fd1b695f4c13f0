// DataPlane+Answers: what the gateway answers by itself: models, refusals, and the news that nobody else answered.

import Admission
import Bytes
import Dialects
import Exchange
import Guard
import HTTP
import Identity
import Listener
import Reactor

extension DataPlane {
  /// The answer to a call no provider need be asked for; nil for all others.
  func answer(_ call: Call, from serving: Serving) throws(Fault) -> ByteSlice? {
    switch call.endpoint {
    case .models: return serving.models.list(in: call.dialect)
    case .model(let name):
      if let model = serving.models.model(name, in: call.dialect) { return model }
      let name = ModelName(name)
      guard let known = serving.policy.model(serving: name) else { throw serving.unknown(name) }
      return serving.models.model(.init(name: name, owner: known.ownedBy), in: call.dialect)
    case .passThrough:
      let request = call.request
      let path = request.path
      if path.extracting(Endpoint.prefixCount(of: path)..<path.count).starts(with: "/v1/") { return nil }
      if path.starts(with: "/v1beta/") || path.starts(with: "/v2/") || path.starts(with: "/openai/") { return nil }
      throw Fault(
        party: .agent, status: 404, type: "invalid_request_error", code: "unknown_path",
        message: "\(String(request.path)) is not served here; the API begins with /v1/.")
    case .chatCompletions, .completions, .embeddings, .responses, .deployment, .messages, .countTokens, .gemini,
      .bedrock,
      .cohere:
      return nil
    }
  }

  func send(_ json: ByteSlice, to call: Call, isEstimate: Bool = false) {
    call.agent.stream.write(
      call.replyHead(200, from: nil, by: nil, length: .known(json.count), isEstimate: isEstimate))
    if call.request.method != .head { call.agent.stream.write(json) }
    call.agent.stream.flush()
  }

  func send(_ rescue: Rescue, to call: Call) {
    rescue.write(
      to: call.agent, in: call.dialect, id: call.id, tried: call.tried, isHead: call.request.method == .head)
  }

  /// The reply to a call that a budget refused.
  func rescue(
    _ refusal: Refusal, for call: Call, under serving: Serving, conditions: [String] = []
  ) -> Rescue {
    Rescue(
      refusal, in: call.dialect, retryableWithinMs: serving.policy.limits.retryableWithinMs,
      at: Self.wallTime(), conditions: conditions)
  }

  /// A budget said no, or its ledger could not be written.
  func refuse(_ call: Call, _ rescue: Rescue, _ refusal: Refusal?) {
    if let refusal {
      metrics.refused(budget: refusal.budget.text)
      recordRefusal(call)
      tellRefused(refusal, call)
    }
    send(rescue, to: call)
  }

  /// The request was at fault before it became a call.
  func refuse(_ fault: Fault, _ id: RequestID, _ request: Request, on agent: AgentConnection) {
    Rescue(fault).write(to: agent, in: Endpoint.dialect(of: request), id: id, isHead: request.method == .head)
  }

  /// The bytes on the connection are no request; the connection ends after the reply.
  func refuse(_ error: HTTPError, on agent: AgentConnection) {
    agent.makeLast()
    Rescue(error).write(to: agent, in: .openAI)
  }

  /// Remembers a failure for the agent and logs it.
  func noteFailure(_ failure: Failure, of call: Call) {
    call.tried.append(failure)
    log.info(
      "candidate failed",
      metadata: [
        "request": "\(call.id)", "backend": "\(failure.backend)", "trigger": "\(failure.trigger?.rawValue ?? "none")",
        "reason": "\(failure.reason)",
      ])
  }

  /// No candidate answered: the last provider's own reply, or what became of all of them.
  func giveUp(_ call: Call, _ route: Route) {
    if let count = estimatedCount(of: call, over: route) { return send(count, to: call, isEstimate: true) }
    if call.attempts == 0, let (rescue, refusal) = call.refused { return refuse(call, rescue, refusal) }
    if call.attempts == 0, let fault = call.unsaid { return send(Rescue(fault), to: call) }
    guard let last = call.tried.last(where: { $0.trigger != .budgetExceeded && !$0.isUnsaid }), let reply = last.reply,
      let candidate = route.candidates.first(where: { $0.backend.name == last.backend })
    else { return send(Rescue(nobodyAnswered: call.tried, model: call.model), to: call) }
    let length = call.request.method == .head ? ReplyLength.none : .known(reply.body.count)
    call.agent.stream.write(
      call.replyHead(
        reply.status, from: reply.head, by: candidate, length: length,
        across: reply.isCrossed ? ("application/json", []) : nil))
    if call.request.method != .head { call.agent.stream.write(reply.body) }
    call.agent.stream.flush()
  }

  /// How many tokens a request has that no provider of its chain counts, as far as has been learned of its model; nil where
  /// the call asks for something else, or a provider that does count has said what is wrong with it.
  private func estimatedCount(of call: Call, over route: Route) -> ByteSlice? {
    guard call.endpoint.countsOnly, let spoke = call.dialect.countingSpoke else { return nil }
    let isAnswered = call.tried.contains { failure in
      guard let reply = failure.reply, !reply.isCrossed else { return false }
      return ![404, 405, 501].contains(reply.status)
    }
    if isAnswered { return nil }
    let model = route.candidates.first?.providerModel(for: call.model) ?? ModelName("")
    return spoke.body(ofCount: estimates.likely(model, bytes: call.bytes).value)
  }
}
