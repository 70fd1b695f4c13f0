// Attempt+Stream: an event stream, held until it has content, metered as it flows, ended truthfully.

import Admission
import Bytes
import Client
import Conversation
import Dialects
import Exchange
import HTTP
import Hub
import JSON
import Metering
import Reactor

extension DataPlane {
  private enum StreamLimits {
    /// Events without content held back before the stream is let through all the same.
    static let heldBytesMax = 256 * 1024
    /// How long a lease takes to become durable, or credit to be granted.
    static let leaseMs: Int64 = 25
  }

  func stream(_ reply: ReplyHead, of attempt: Attempt, holding reservation: inout Reservation) async -> Ending {
    var state = StreamState(hold: attempt.hold)
    let call = attempt.call
    if let crossing = attempt.crossing {
      state.crossed = CrossedStream(crossing, showing: call.model ?? ModelName(""))
    } else if call.dialect == .bedrock {
      state.amazon = AmazonEventDecoder()
    }
    let agent = call.agent
    let shownModel = attempt.shownModel
    do throws(ClientFault) {
      var hasEnded = false
      var isCaughtUp = false
      while !hasEnded || isCaughtUp, !state.isDone {
        if !isCaughtUp, case .end = try await next(of: attempt, body: &state.input) { hasEnded = true }
        try take(&state, hasEnded: hasEnded, attempt, shownModel, holding: &reservation)
        if call.drain != nil {
          state.output.removeAll()
        } else if state.hasContent || state.output.count > StreamLimits.heldBytesMax {
          commit(&state, reply, attempt)
          do throws(ReactorError) { try await agent.keepUp() } catch {
            agent.stream.close()
            if !readsOn(attempt) { throw .interrupted }
          }
        }
        isCaughtUp = false
        if let last = state.lastBeforeCut {
          isCaughtUp = await catchesUp(&state, attempt, holding: &reservation)
          if !isCaughtUp { return await cut(&state, after: last, reply, attempt, holding: &reservation) }
        }
      }
      if attempt.call.endpoint.isModelCall, !state.isDone, !state.hasFinished {
        throw .broken("it ended before it was complete")
      }
      state.crossed?.close(to: &state.output)
    } catch {
      if case .interrupted = error { await hearOut(&state, attempt, holding: &reservation) }
      attempt.upstream.close()
      return end(&state, error, reply, attempt)
    }
    if !agent.isGone {
      commit(&state, reply, attempt)
      finish(attempt)
    }
    release(attempt, state.isDone)
    let usage = state.tally.usage(estimatedInput: attempt.estimatedInput, isComplete: true)
    let outcome: Ending.Outcome = state.providerFailed ? .brokenOff : agent.isGone ? .agentGone : .answered
    return attempt.ending(outcome, status: reply.status, usage: usage, firstTokenUs: state.firstTokenUs)
  }

  /// Whether the stream must end here: there is no more held for it, and no more to be had.
  func isSpent(
    _ state: inout StreamState, _ attempt: Attempt, holding reservation: inout Reservation
  ) -> Bool {
    if state.isDone || state.hasFinished { return false }
    while true {
      switch state.hold?.flowed(atLeast: state.tally.outputAtLeast, seen: state.tally.outputSeen) {
      case nil, .goOn: return false
      case .cut: return true
      case .grow(let more):
        let grown = grow(&reservation, by: more, for: attempt.call, at: attempt.candidate)
        state.hold?.grew(by: grown, seen: state.tally.outputSeen)
      }
    }
  }

  /// What is held may grow once leases that are on their way have become durable; a stream that outran them waits for
  /// that once.
  private func catchesUp(
    _ state: inout StreamState, _ attempt: Attempt, holding reservation: inout Reservation
  ) async -> Bool {
    guard state.hold?.grows == true, !attempt.call.agent.isGone else { return false }
    await Timer.pause(milliseconds: StreamLimits.leaseMs)
    state.hold?.waited()
    if isSpent(&state, attempt, holding: &reservation) { return false }
    state.lastBeforeCut = nil
    return true
  }

  /// Ends the reply as its dialect ends one that has reached its most tokens.
  private func cut(
    _ state: inout StreamState, after last: ByteSlice, _ reply: ReplyHead, _ attempt: Attempt,
    holding reservation: inout Reservation
  ) async -> Ending {
    let call = attempt.call
    let isUnbounded = attempt.hold?.grows ?? false
    log.warning(
      isUnbounded
        ? "stream ended where its budget ends"
        : "stream ended where its budget ends: the backend sent more than it was asked for",
      metadata: ["request": "\(call.id)", "backend": "\(attempt.backend)", "output": "\(state.tally.outputAtLeast)"])
    if isUnbounded {
      if !call.agent.isGone { commit(&state, reply, attempt) }
      await hearOut(&state, attempt, holding: &reservation)
    }
    attempt.upstream.close()
    let isComplete = state.hasFinished && state.tally.isReported
    let usage = state.tally.usage(estimatedInput: attempt.estimatedInput, isComplete: isComplete)
    if !call.agent.isGone, let body = call.body {
      if state.crossed == nil {
        state.output.append(call.dialect.ending(after: last, of: body, usage: usage))
      } else {
        state.crossed?.cut(usage: usage, to: &state.output)
      }
      commit(&state, reply, attempt)
      finish(attempt)
    }
    return attempt.ending(
      call.agent.isGone ? .agentGone : .answered, status: reply.status, usage: usage, firstTokenUs: state.firstTokenUs)
  }

  /// Nobody reads on. The provider bills what it has sent, so all of that is counted before the connection is closed.
  private func hearOut(
    _ state: inout StreamState, _ attempt: Attempt, holding reservation: inout Reservation
  ) async {
    attempt.upstream.cancel()
    state.hold = nil
    do throws(ClientFault) {
      var hasEnded = false
      while !hasEnded, !state.isDone {
        state.output.removeAll()
        if case .end = try await attempt.upstream.next(body: &state.input) { hasEnded = true }
        try take(&state, hasEnded: hasEnded, attempt, nil, holding: &reservation)
      }
    } catch {
      // Its end, most often: there is no more to hear.
    }
    state.output.removeAll()
  }

  /// Sends what is held; from the first time on, the agent has a reply that can only be finished.
  private func commit(_ state: inout StreamState, _ reply: ReplyHead, _ attempt: Attempt) {
    let call = attempt.call
    if !state.isCommitted {
      state.isCommitted = true
      if call.isHTTP10 { call.agent.makeLast() }
      call.agent.stream.write(
        call.replyHead(
          reply.status, from: reply.head, by: attempt.candidate, length: .chunked,
          across: attempt.crossing.map { ($0.streamContentType, $0.translated) }))
    }
    if !state.output.isEmpty { call.writePart(&state.output, isChunked: !call.isHTTP10) }
    call.agent.stream.flush()
  }

  private func finish(_ attempt: Attempt) {
    if !attempt.call.isHTTP10 { attempt.call.agent.send(Self.lastChunk) }
  }

  /// The stream could not be carried to its end.
  private func end(
    _ state: inout StreamState, _ fault: ClientFault, _ reply: ReplyHead, _ attempt: Attempt
  ) -> Ending {
    let usage = usage(of: state, endedBy: fault, attempt)
    if case .interrupted = fault {
      return attempt.ending(.agentGone, status: reply.status, usage: usage, firstTokenUs: state.firstTokenUs)
    }
    if !state.isCommitted { return attempt.ending(fault, status: reply.status, usage: usage) }
    if attempt.call.agent.isGone {
      return attempt.ending(.brokenOff, status: reply.status, usage: usage, firstTokenUs: state.firstTokenUs)
    }
    state.output.append(
      attempt.call.dialect.event(
        of: Rescue.streamFault(fault.message, backend: attempt.backend)))
    attempt.call.writePart(&state.output, isChunked: !attempt.call.isHTTP10)
    finish(attempt)
    log.info(
      "stream broken off",
      metadata: [
        "request": "\(attempt.call.id)", "backend": "\(attempt.backend)", "reason": "\(fault.message)",
      ])
    return attempt.ending(.brokenOff, status: reply.status, usage: usage, firstTokenUs: state.firstTokenUs)
  }

  /// What an unfinished stream has cost, at least.
  private func usage(of state: borrowing StreamState, endedBy fault: ClientFault, _ attempt: Attempt) -> Usage {
    // Only the terminator was missing.
    let isComplete = state.hasFinished && state.tally.isReported
    var usage = state.tally.usage(estimatedInput: attempt.estimatedInput, isComplete: isComplete)
    if isComplete { return usage }
    switch fault {
    case .interrupted, .timedOut:
      // It was hung up on, and knows. Before its first content nobody can tell how much it has thought.
      if !state.hasContent || !attempt.candidate.backend.habits.stopsWhenLeft { usage.output = nil }
    case .unreachable, .broken, .tls, .malformed, .noCredential: break
    }
    return usage
  }

  /// After `[DONE]` the provider still has to end the reply; nobody need wait for that.
  private func release(_ attempt: Attempt, _ isDone: Bool) {
    let upstream = attempt.upstream
    let pool = attempt.candidate.backend.pool
    if upstream.isReusable { return pool.release(upstream) }
    EventLoop.spawn {
      var rest = ByteBuffer()
      while true {
        guard let event = try? await upstream.next(body: &rest), rest.count < StreamLimits.heldBytesMax else {
          return upstream.close()
        }
        if case .end = event { return pool.release(upstream) }
      }
    }
  }
}
