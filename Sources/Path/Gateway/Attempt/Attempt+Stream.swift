// Attempt+Stream: drives an event stream: reads, asks the machine, and does what it says.

import Bytes
import Exchange
import HTTP
import Reactor
import Upstream

/// The agent's end of a stream: its head, sent before the first part, and its parts.
@EventLoop
struct AgentStream: ~Copyable {
  let attempt: Attempt
  let reply: ReplyHead
  /// Events for the agent that have not been sent.
  var held = ByteBuffer()
  private var hasHead = false

  init(_ reply: ReplyHead, of attempt: Attempt) {
    self.attempt = attempt
    self.reply = reply
  }

  /// Sends what is held; from the first time on, the agent has a reply that can only be ended.
  mutating func send() {
    let call = attempt.call
    if !hasHead {
      hasHead = true
      if call.isHTTP10 { call.agent.makeLast() }
      call.agent.stream.write(
        call.replyHead(
          reply.status, from: reply.head, by: attempt.candidate, length: .chunked,
          across: attempt.crossing.map { ($0.streamContentType, $0.translated) }))
    }
    if !held.isEmpty { call.writePart(&held, isChunked: !call.isHTTP10) }
    call.agent.stream.flush()
  }

  /// Sends what is held, and that nothing follows.
  mutating func finish() {
    send()
    if !attempt.call.isHTTP10 { attempt.call.agent.send(Call.lastChunk) }
  }
}

extension Attempt {
  private enum StreamLimits {
    /// How long a lease takes to become durable, or credit to be granted.
    static let leaseMs: Int64 = 25
    /// Bytes behind the stream's own end that are waited for before its connection is given up.
    static let restBytesMax = 256 * 1024
  }

  func stream(_ reply: ReplyHead) async -> Ending {
    var machine = StreamMachine(hold: hold, mustFinish: call.endpoint.isModelCall)
    var reading = StreamReading(of: self, plane.usageReader)
    var agentStream = AgentStream(reply, of: self)
    var input = ByteBuffer()
    var hasEnded = false
    var firstTokenUs: Int64?
    var last = ByteSlice()
    var isHeardOut = false
    var action = StreamMachine.Action.readOn
    while action != .end {
      switch action {
      case .takeNext:
        do throws(Nonsense) {
          switch try reading.next(from: &input, hasEnded: hasEnded, into: &agentStream.held) {
          case .said(let piece):
            if firstTokenUs == nil, piece.contentBytes > 0 { firstTokenUs = sinceCall }
            action = machine.came(piece)
          case .failed(let fault, let usage): action = machine.providerFailed(fault, usage)
          case nil: action = hasEnded ? machine.replyEnded() : machine.ranDry(heldBytes: agentStream.held.count)
          }
        } catch { action = machine.madeNoSense(error.reason) }
        if isHeardOut { agentStream.held.removeAll() }
      case .readOn:
        reading.forget()
        do throws(UpstreamFault) {
          if case .end = try await nextOfReply(body: &input) { hasEnded = true }
          action = .takeNext
        } catch {
          action = error == .interrupted ? machine.agentLeft(drains: beginsDrain()) : machine.broke(error)
        }
      case .send:
        agentStream.send()
        action = .readOn
        do throws(ReactorError) { try await call.agent.keepUp() } catch {
          call.agent.stream.close()
          action = machine.agentLeft(drains: beginsDrain())
        }
      case .drop:
        agentStream.held.removeAll()
        action = hasEnded ? .takeNext : .readOn
      case .grow(let more): action = machine.grew(by: grow(by: more))
      case .awaitLeases:
        if !call.agent.isGone { await Timer.pause(milliseconds: StreamLimits.leaseMs) }
        action = machine.waited()
      case .hearOut:
        isHeardOut = true
        last = reading.newest
        if !call.agent.isGone { agentStream.send() }
        upstream.cancel()
        agentStream.held.removeAll()
        action = .takeNext
      case .end: break
      }
    }
    guard case .ended(let end) = machine.state else { preconditionFailure("a stream ended while \(machine.state)") }
    if !isHeardOut { last = reading.newest }
    let usage = machine.usage(estimatedInput: estimatedInput, stopsWhenLeft: candidate.backend.stopsWhenLeft)
    let outcome = conclude(end, usage, after: last, reading, &agentStream)
    return ending(outcome, status: reply.status, usage: usage, firstTokenUs: firstTokenUs)
  }

  /// Ends the agent's stream as it deserves, and gives the connection back or closes it.
  private func conclude(
    _ end: StreamMachine.End, _ usage: Usage?, after last: ByteSlice, _ reading: borrowing StreamReading,
    _ agentStream: inout AgentStream
  ) -> Ending.Outcome {
    let isGone = call.agent.isGone
    switch end {
    case .finished:
      releaseBehindStream()
      if isGone { return .agentGone }
      reading.finish(into: &agentStream.held)
      agentStream.finish()
      return .answered
    case .cut:
      upstream.close()
      tellCut(usage)
      if isGone { return .agentGone }
      if let usage { reading.cut(after: last, usage, into: &agentStream.held) }
      agentStream.finish()
      return .answered
    case .left:
      upstream.close()
      return .agentGone
    case .failed(let cause, hadBegun: false):
      upstream.close()
      return .failed(Failure(backend, Failure.Cause(cause)))
    case .failed(let cause, hadBegun: true):
      upstream.close()
      let reason = Failure.Cause(cause).reason
      if !isGone {
        // What the provider said of it is held, and is the agent's to read.
        if case .told = cause {
        } else {
          reading.fail(Rescue.streamFault(reason, backend: backend), into: &agentStream.held)
        }
        agentStream.finish()
      }
      plane.log.info(
        "stream broken off", metadata: ["request": "\(call.id)", "backend": "\(backend)", "reason": "\(reason)"])
      return .brokenOff
    }
  }

  private func tellCut(_ usage: Usage?) {
    let isUnbounded = hold?.grows ?? false
    plane.log.warning(
      isUnbounded
        ? "stream ended where its budget ends"
        : "stream ended where its budget ends: the backend sent more than it was asked for",
      metadata: ["request": "\(call.id)", "backend": "\(backend)", "output": "\(usage?.output ?? .zero)"])
  }

  private var sinceCall: Int64 { Int64((EventLoop.now - call.startedAt) / 1000) }

  /// After the stream's own end the provider still has to end the reply; nobody need wait for that.
  private func releaseBehindStream() {
    let upstream = upstream
    let pool = candidate.backend.pool
    if upstream.isReusable { return pool.release(upstream) }
    EventLoop.spawn {
      var rest = ByteBuffer()
      while true {
        guard let event = try? await upstream.next(body: &rest), rest.count < StreamLimits.restBytesMax else {
          return upstream.close()
        }
        if case .end = event { return pool.release(upstream) }
      }
    }
  }
}
