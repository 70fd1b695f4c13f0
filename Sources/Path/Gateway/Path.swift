// Path: the way of one call, top to bottom.
//
//   Listener -> Identity -> Guard -> Admission -> Routing -> Dialects -> Upstream -> Metering

import Admission
import Bytes
import Dialects
import Exchange
import Guard
import HTTP
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
        refuse(error, on: agent)
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
      let endpoint = try Endpoint(of: request)
      let call = try Call(id, request, at: endpoint, by: payer, on: agent, costs: serving.costs, startedAt: startedAt)
      if let answer = try answer(call, from: serving) { return send(answer, to: call) }
      try serving.selectors.check(call)
      if let refusal = loops.refusal(of: call) { return refuse(call, refusal) }
      let route = try serving.route(of: call)
      try serving.selectors.allow(call)
      await exchange(call, over: route, under: serving)
      traces.keep(call.trace)
    } catch {
      refuse(error, id, request, on: agent)
    }
  }

  /// Tries the chain's candidates in order until one has answered, each paid from a reservation of its own.
  private func exchange(_ call: Call, over route: Route, under serving: Serving) async {
    let candidates = eligible(route.order(using: &random), of: route, for: call, under: serving)
    if candidates.isEmpty { return refuseForConditions(call, route, under: serving) }
    for (place, candidate) in candidates.enumerated() {
      guard mayAsk(candidate, for: call, isLast: place == candidates.count - 1) else { continue }
      let dialect = candidate.backend.dialect(for: call)
      if dialect != call.dialect {
        do throws(Fault) { _ = try call.understand() } catch {
          passOver(candidate, for: call, unsaid: error)
          continue
        }
      }
      var reservation: Reservation
      switch await admit(call, to: candidate, under: serving) {
      case .admitted(let held): reservation = held
      case .refused(let rescue, let budget):
        call.trace.steps.append(
          budget.map { .refused(candidate.backend.name, $0) } ?? .unfunded(candidate.backend.name))
        guard let budget, route.chain.triggers.contains(.budgetExceeded) else { return refuse(call, rescue, budget) }
        passOver(candidate, for: call, rescue, budget)
        continue
      }
      let outputMax = outputMax(call, reservation, serving)
      let crossing: Crossing?
      do throws(Fault) {
        crossing = try cross(call, into: dialect, for: candidate, of: route, outputMax: outputMax)
      } catch {
        giveBack(reservation)
        passOver(candidate, for: call, unsaid: error)
        continue
      }
      call.attempts += 1
      if let before = call.tried.last {
        let reason = before.trigger?.rawValue ?? ""
        metrics.fellBack(from: before.backend.text, to: candidate.backend.name.text, reason: reason)
        tellFailedOver(from: before, to: candidate.backend.name, call)
      }
      let ending = await attempt(
        call, with: candidate, crossing, holding: &reservation, outputMax: outputMax,
        boundsOutput: serving.boundsOutput, limits: serving.policy.limits)
      settle(reservation, ending, call, candidate)
      call.trace.ended(ending, at: candidate.backend.name)
      switch ending.outcome {
      case .answered, .brokenOff, .agentGone: return
      case .failed(let failure):
        noteFailure(failure, of: call)
        if call.agent.isGone { return }
        guard let trigger = failure.trigger, route.chain.triggers.contains(trigger) else { return giveUp(call, route) }
      }
    }
    giveUp(call, route)
  }

  /// Whether the candidate is in service and its circuit lets the call through; one passed over counts as tried. The last
  /// candidate of a call that asked nobody is asked in spite of its circuit, which is there to spare time, not to refuse.
  private func mayAsk(_ candidate: LiveCandidate, for call: Call, isLast: Bool) -> Bool {
    let backend = candidate.backend
    let obstacle: String
    if backend.isDrained {
      obstacle = "drained"
    } else if !call.canBeAsked(in: backend.dialect(for: call)) {
      passOver(candidate, for: call, unsaid: Meaning.untranslatable(call.request))
      return false
    } else {
      if backend.circuit.admits(at: MonotonicTime(nanoseconds: EventLoop.now)) { return true }
      if isLast, call.attempts == 0 { return true }
      obstacle = "circuit open"
    }
    let failure = Failure(passedOver: backend.name, because: obstacle)
    call.tried.append(failure)
    call.trace.steps.append(.failed(backend.name, trigger: failure.trigger, reason: failure.reason))
    return false
  }

  /// The call in the words of `dialect`; nil where the agent's bytes are sent as they are. Throws a 422 where the words do
  /// not suffice.
  private func cross(
    _ call: Call, into dialect: Dialect, for candidate: LiveCandidate, of route: Route, outputMax: TokenCount?
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
  private func outputMax(_ call: Call, _ reservation: borrowing Reservation, _ serving: Serving) -> TokenCount? {
    guard call.mayBoundOutput, let body = call.body else { return nil }
    let isUnbounded = body.outputMax == nil && serving.boundsOutput
    guard isUnbounded || reservation.fittedOutput != nil else { return nil }
    return TokenCount(max(1, reservation.output.value / body.choices))
  }
}
