// Path: the way of one call, top to bottom.
//
//   Listener -> Identity -> Guard -> Routing -> Admission -> Dialects -> Upstream -> Metering
//                                             `---- once for each candidate of the chain that is tried ----'

import Admission
import Bytes
import Dialects
import Exchange
import Guard
import HTTP
import Hub
import Identity
import Listener
import Reactor
import Routing

extension DataPlane {
  /// Serves one agent's connection until it ends.
  func serve(_ agent: AgentConnection) async {
    metrics.openConnections += 1
    defer { metrics.openConnections -= 1 }
    let user = await userName(of: agent)
    while true {
      do throws(HTTPError) {
        guard let request = try await agent.nextRequest() else { return }
        metrics.openExchanges += 1
        await carry(request, for: agent, of: user)
        metrics.openExchanges -= 1
        agent.replied()
        if agent.isGone { return }
        do throws(ReactorError) { try await agent.flushed() } catch { return }
      } catch {
        agent.refuse(error)
        return
      }
    }
  }

  /// Who is at the other end of a Unix socket, by name or, without one, by number; nil for other connections.
  private func userName(of agent: AgentConnection) async -> String? {
    guard let user = agent.peer?.user else { return nil }
    return await user.name() ?? user.description
  }

  /// One exchange: from a complete request to the last byte of its reply.
  func carry(_ request: Request, for agent: AgentConnection, of user: String?) async {
    let startedAt = EventLoop.now
    let id = nextID()
    let serving = serving
    do throws(Fault) {
      let payer = Payer(of: request, peer: user, trusting: serving.trust)
      let endpoint = try EndpointRouter.all.endpoint(of: request)
      let call = try Call(id, request, at: endpoint, by: payer, on: agent, costs: serving.costs, startedAt: startedAt)
      if let answer = try serving.answer(call) { return call.send(answer) }
      try serving.selectors.check(call)
      if let refusal = loops.refusal(of: call) {
        till.refuse(call, refusal)
        return traces.keep(call.trace)
      }
      let route = try serving.route(of: call)
      try serving.selectors.allow(call)
      await ChainWalk(call, over: route, under: serving, of: self).exchange()
      traces.keep(call.trace)
    } catch {
      agent.refuse(error, id, request)
    }
  }
}

/// One call on its way along the chain of its model.
@EventLoop
struct ChainWalk {
  let call: Call
  let route: Route
  let serving: Serving
  let plane: DataPlane

  init(_ call: Call, over route: Route, under serving: Serving, of plane: DataPlane) {
    self.call = call
    self.route = route
    self.serving = serving
    self.plane = plane
  }

  /// Tries the chain's candidates in order until one has answered, each paid from a reservation of its own.
  func exchange() async {
    let candidates = eligible(route.order(using: &plane.random))
    if candidates.isEmpty { return refuseForConditions() }
    for (place, candidate) in candidates.enumerated() {
      guard mayAsk(candidate, isLast: place == candidates.count - 1) else { continue }
      let dialect = candidate.backend.dialect(for: call)
      if dialect != call.dialect {
        do throws(Fault) { _ = try call.understand() } catch {
          passOver(candidate, unsaid: error)
          continue
        }
      }
      let reservation: Reservation
      switch await plane.till.admit(call, to: candidate, under: serving) {
      case .admitted(let held): reservation = held
      case .refused(let rescue, let budget):
        call.trace.steps.append(
          budget.map { .refused(candidate.backend.name, $0) } ?? .unfunded(candidate.backend.name))
        guard let budget, route.chain.triggers.contains(.budgetExceeded) else {
          return plane.till.refuse(call, rescue, budget)
        }
        passOver(candidate, rescue, budget)
        continue
      case .unbounded(let fault):
        passOver(candidate, unbounded: fault)
        if route.chain.triggers.isEmpty { return giveUp() }
        continue
      }
      let outputMax = outputMax(reservation)
      let crossing: Crossing?
      do throws(Fault) { crossing = try cross(into: dialect, for: candidate, outputMax: outputMax) } catch {
        plane.till.giveBack(reservation)
        passOver(candidate, unsaid: error)
        continue
      }
      if let before = call.tried.last { plane.news.failedOver(from: before, to: candidate.backend.name, call) }
      call.attempts += 1
      let attempt = Attempt(
        call, with: candidate, crossing, holding: reservation, outputMax: outputMax, under: serving, of: plane)
      let ending = await attempt.ask()
      attempt.settle(ending)
      note(ending, of: candidate.backend)
      switch ending.outcome {
      case .answered, .brokenOff, .agentGone: return
      case .failed(let failure):
        call.tried.append(failure)
        if call.agent.isGone { return }
        guard let trigger = failure.trigger, route.chain.triggers.contains(trigger) else { return giveUp() }
      }
    }
    giveUp()
  }

  /// What the end of an attempt says to those who look: at the call, and at its backend's health.
  private func note(_ ending: Ending, of backend: LiveBackend) {
    call.trace.ended(ending, at: backend.name)
    var cause: String?
    if case .failed(let failure) = ending.outcome {
      plane.news.failed(failure, call)
      cause = failure.reason
    }
    if let change = backend.note(ending) { plane.news.circuitChanged(change, of: backend.name, because: cause) }
  }

  /// The call in the words of `dialect`; nil where the agent's bytes are sent as they are. Throws a 422 where the words do
  /// not suffice.
  private func cross(
    into dialect: Dialect, for candidate: LiveCandidate, outputMax: TokenCount?
  ) throws(Fault) -> Crossing? {
    let model = candidate.providerModel(for: call.model) ?? ModelName("")
    if dialect == call.dialect {
      guard route.speaksSeveral, call.carriesForeignThoughts, let meaning = try? call.understand() else { return nil }
      return try? Crossing(
        meaning, from: dialect, to: dialect, model: model, outputMax: outputMax, habits: candidate.backend.habits,
        leeway: candidate.leeway)
    }
    return try Crossing(
      call.understand(), from: call.dialect, to: dialect, model: model, outputMax: outputMax,
      habits: candidate.backend.habits, leeway: candidate.leeway)
  }

  /// The bound to write into the body, per choice: what was fitted, or what stands for a bound the agent did not give.
  private func outputMax(_ reservation: borrowing Reservation) -> TokenCount? {
    guard call.mayBoundOutput, let body = call.body else { return nil }
    let isUnbounded = body.outputMax == nil && serving.boundsOutput
    guard isUnbounded || reservation.fittedOutput != nil else { return nil }
    return TokenCount(max(1, reservation.output.value / body.choices))
  }

  /// No candidate answered: the last provider's own reply or words, or what became of all of them.
  private func giveUp() {
    if let count = estimatedCount { return call.send(count, isEstimate: true) }
    if call.attempts == 0, let (rescue, refusal) = call.refused { return plane.till.refuse(call, rescue, refusal) }
    if call.attempts == 0, let fault = call.unbounded { return plane.till.refuse(call, fault) }
    if call.attempts == 0, let fault = call.unsaid { return call.send(Rescue(fault)) }
    let last = call.tried.last { !$0.isUnasked }
    if let reply = last?.reply, let candidate = route.candidates.first(where: { $0.backend.name == last?.backend }) {
      return call.send(reply, of: candidate)
    }
    call.send(last?.words.map { Rescue($0) } ?? Rescue(nobodyAnswered: call.tried, model: call.model))
  }
}
