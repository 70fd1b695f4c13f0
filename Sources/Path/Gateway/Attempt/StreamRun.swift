// StreamRun: a stream under way between provider and agent: asks the machine what to do, and does all of it that needs no
// waiting.

import Bytes
import Client
import Exchange
import HTTP
import Reactor
import Upstream

@EventLoop
struct StreamRun: ~Copyable {
  /// What the stream waits for.
  enum Wait {
    /// More of the reply, which goes into `input`.
    case reply
    /// The agent, that it takes what it was sent.
    case agent
    case leases
    /// It has ended.
    case nothing
  }

  private let attempt: Attempt
  private let reply: ReplyHead
  private var machine: StreamMachine
  private var reading: StreamReading
  /// Bytes of the reply's body that are not a whole event yet.
  var input = ByteBuffer()
  /// No more bytes will come.
  var hasEnded = false
  /// Events for the agent that have not been sent.
  private var held = ByteBuffer()
  private var hasHead = false
  /// The payload of the last event the agent was shown, where what came behind it was only counted.
  private var lastShown: ByteSlice?
  private var firstTokenUs: Int64?

  init(_ reply: ReplyHead, of attempt: Attempt) {
    self.attempt = attempt
    self.reply = reply
    machine = StreamMachine(hold: attempt.hold, mustFinish: attempt.call.endpoint.isModelCall)
    reading = StreamReading(of: attempt)
    // The agent went while the provider had not begun.
    if attempt.drain != nil { _ = machine.agentLeft(drains: true) }
  }

  private var call: Call { attempt.call }

  /// Does what the machine says, beginning with `first`, until something has to be waited for.
  @inline(never)
  mutating func work(_ first: StreamMachine.Action) -> Wait {
    var action = first
    while true {
      switch action {
      case .takeNext: action = takeNext()
      case .readOn:
        reading.forget()
        return .reply
      case .send:
        send()
        return .agent
      case .drop:
        held.removeAll()
        action = hasEnded ? .takeNext : .readOn
      case .grow(let more): action = machine.grew(by: attempt.grow(by: more))
      case .awaitLeases: return .leases
      case .hearOut:
        lastShown = reading.newest
        if !call.agent.isGone { send() }
        held.removeAll()
        attempt.upstream.cancel()
        action = .takeNext
      case .end: return .nothing
      }
    }
  }

  private mutating func takeNext() -> StreamMachine.Action {
    defer { if lastShown != nil { held.removeAll() } }
    do throws(Nonsense) {
      switch try reading.next(from: &input, hasEnded: hasEnded, into: &held) {
      case .said(let piece):
        if firstTokenUs == nil, piece.contentBytes > 0 {
          firstTokenUs = Int64((EventLoop.now - call.startedAt) / 1000)
        }
        return machine.came(piece)
      case .failed(let fault, let usage): return machine.providerFailed(fault, usage)
      case nil: return hasEnded ? machine.replyEnded() : machine.ranDry(heldBytes: held.count)
      }
    } catch { return machine.madeNoSense(error.reason) }
  }

  mutating func broke(_ fault: ClientFault) -> StreamMachine.Action { machine.broke(fault) }

  mutating func waited() -> StreamMachine.Action { machine.waited() }

  mutating func agentLeft() -> StreamMachine.Action { machine.agentLeft(drains: attempt.beginsDrain()) }

  // MARK: the agent's end

  /// Sends what is held; from the first time on, the agent has a reply that can only be ended.
  private mutating func send() {
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
  private mutating func finish() {
    send()
    if !call.isHTTP10 { call.agent.send(Call.lastChunk) }
  }

  /// Ends the agent's stream as it deserves, and gives the connection back or closes it.
  @inline(never)
  mutating func conclude() -> Ending {
    guard case .ended(let end) = machine.state else { preconditionFailure("a stream ended while \(machine.state)") }
    let usage = machine.usage(
      estimatedInput: attempt.estimatedInput, stopsWhenLeft: attempt.candidate.backend.habits.stopsWhenLeft)
    return attempt.ending(outcome(of: end, usage), status: reply.status, usage: usage, firstTokenUs: firstTokenUs)
  }

  private mutating func outcome(of end: StreamMachine.End, _ usage: Usage?) -> Ending.Outcome {
    let isGone = call.agent.isGone
    switch end {
    case .finished:
      attempt.releaseBehindStream()
      if isGone { return .agentGone }
      reading.finish(into: &held)
      finish()
      return .answered
    case .cut:
      attempt.upstream.close()
      tellCut(usage)
      if isGone { return .agentGone }
      if let usage { reading.cut(after: lastShown ?? reading.newest, usage, into: &held) }
      finish()
      return .answered
    case .left:
      attempt.upstream.close()
      return .agentGone
    case .failed(let cause, let hadBegun):
      attempt.upstream.close()
      let cause = Failure.Cause(cause)
      if !hadBegun { return .failed(Failure(attempt.backend, cause)) }
      if !isGone {
        // What the provider said of it is held, and is the agent's to read.
        if !cause.isTold { reading.fail(Rescue.streamFault(cause.reason, backend: attempt.backend), into: &held) }
        finish()
      }
      attempt.plane.log.info(
        "stream broken off",
        metadata: ["request": "\(call.id)", "backend": "\(attempt.backend)", "reason": "\(cause.reason)"])
      return .brokenOff
    }
  }

  private func tellCut(_ usage: Usage?) {
    let isUnbounded = attempt.hold?.grows ?? false
    attempt.plane.log.warning(
      isUnbounded
        ? "stream ended where its budget ends"
        : "stream ended where its budget ends: the backend sent more than it was asked for",
      metadata: [
        "request": "\(call.id)", "backend": "\(attempt.backend)", "output": "\(usage?.output ?? .zero)",
      ])
  }
}
