// Attempt: one candidate is asked; its reply is judged before anything of it reaches the agent.

import Admission
import Bytes
import Client
import Dialects
import Exchange
import HTTP
import Hub
import Policy
import Reactor
import Upstream

/// One try of a call, and owner of what is held for it. That is settled exactly once: a second time, and an attempt that is
/// dropped without, stop the process, because either would make the books wrong for good.
@EventLoop
final class Attempt {
  let plane: DataPlane
  let call: Call
  let candidate: LiveCandidate
  /// Set where the candidate speaks another dialect than the agent.
  let crossing: Crossing?
  let limits: Policy.Limits
  /// The bound to write into the body, per choice; nil leaves what the agent said.
  let outputMax: TokenCount?
  let startedAt = EventLoop.now
  /// What the request is taken to cost when nobody reports it.
  let estimatedInput: TokenCount
  /// The usage chunk of the stream was asked for by the gateway, not by the agent.
  let addsStreamUsage: Bool
  /// How far a stream may flow; nil where no budget counts output.
  let hold: StreamHold?
  private var reservation: Reservation?
  private var isSettled = false
  /// That over which the candidate is asked, once it is.
  private var connection: ClientConnection?
  /// The request went up over it.
  private var wasSent = false
  /// Set while the reply is read although the agent has gone.
  var drain: Drain?

  init(
    _ call: Call, with candidate: LiveCandidate, _ crossing: Crossing?, holding reservation: consuming Reservation,
    outputMax: TokenCount?, under serving: Serving, of plane: DataPlane
  ) {
    self.plane = plane
    self.call = call
    self.candidate = candidate
    self.crossing = crossing
    self.outputMax = outputMax
    limits = serving.policy.limits
    estimatedInput = reservation.input
    addsStreamUsage =
      crossing == nil && call.asksOpenAIChat && call.body?.wantsStreamUsage == false
      && candidate.backend.habits.asksForStreamUsage
    hold =
      serving.boundsOutput && call.endpoint.generates
      ? StreamHold(reservation.output, grows: !call.mayBoundOutput) : nil
    self.reservation = consume reservation
  }

  deinit {
    if !isSettled { preconditionFailure("an attempt was dropped: what is held for it must be settled") }
  }

  var backend: BackendName { candidate.backend.name }

  /// Only while the candidate is asked.
  var upstream: ClientConnection {
    guard let connection else { preconditionFailure("nobody has been asked yet") }
    return connection
  }

  // MARK: what is held

  /// Books what the attempt cost, and leaves its receipt.
  func settle(_ ending: Ending) {
    guard let held = reservation.take() else { preconditionFailure("an attempt was settled twice") }
    isSettled = true
    plane.till.settle(held, ending, of: call, at: candidate)
  }

  /// Holds more for a reply without a bound; by how much. 0: nothing is left, or not yet.
  func grow(by more: TokenCount) -> TokenCount {
    guard var held = reservation.take() else { preconditionFailure("an attempt that was settled cannot grow") }
    let grown = plane.till.grow(&held, by: more, for: call, at: candidate)
    reservation = consume held
    return grown
  }

  // MARK: asking

  /// Asks the candidate and carries its reply to the agent, unless it is no answer.
  func ask() async -> Ending {
    let body = crossing.map { [$0.body] } ?? requestBody
    var isFresh = false
    defer { endDrain() }
    while true {
      do throws(ClientFault) {
        try await send(body, overFresh: isFresh)
        defer { call.agent.waitingFor = nil }
        var replyBody = ByteBuffer()
        guard case .head(let reply) = try await nextUnlessLeft(body: &replyBody) else {
          throw .malformed("its reply has no head")
        }
        return await carry(reply)
      } catch {
        connection?.close()
        call.agent.waitingFor = nil
        if let connection, connection.wasUsed, connection.isUntouched, case .broken = error, !isFresh,
          !call.agent.isGone
        {
          // A kept connection that the backend closed at the very moment it was chosen: not the backend's failure.
          isFresh = true
          continue
        }
        return unanswered(error)
      }
    }
  }

  private func send(_ body: [ByteSlice], overFresh isFresh: Bool) async throws(ClientFault) {
    connection = nil
    wasSent = false
    let head = try await requestHead(over: body)
    let upstream = try await candidate.backend.pool.acquire(fresh: isFresh) { call.agent.waitingFor = $0 }
    connection = upstream
    call.agent.waitingFor = upstream.stream
    if call.agent.isGone { throw .interrupted }
    try upstream.send(head: head, body: body, method: call.request.method, maySwitch: call.request.wantsWebSocket)
    wasSent = true
  }

  /// No reply began. A provider that was sent the request may have worked on it, or still does, and bills what it generates.
  private func unanswered(_ fault: ClientFault) -> Ending {
    let usage = wasSent && call.body != nil ? unknown : nil
    if fault == .interrupted, !wasSent || call.agent.isGone { return ending(.agentGone, status: 0, usage: usage) }
    return ending(.failed(Failure(backend, .connection(fault))), status: 0, usage: usage)
  }
}

extension Attempt {
  func ending(_ outcome: Ending.Outcome, status: Int, usage: Usage? = nil, firstTokenUs: Int64? = nil) -> Ending {
    Ending(outcome: outcome, usage: usage, status: status, startedAt: startedAt, firstTokenUs: firstTokenUs)
  }

  /// A fault of the connection; what was billed for it is nothing, or `usage`.
  func ending(_ fault: ClientFault, status: Int, usage: Usage?) -> Ending {
    if case .interrupted = fault { return ending(.agentGone, status: status, usage: usage) }
    return ending(.failed(Failure(backend, .connection(fault))), status: status, usage: usage)
  }

  /// The provider never said what it took: the input as estimated, and the output that was seen.
  func estimated(output: TokenCount = .zero) -> Usage {
    Usage(input: estimatedInput, output: output, basis: .estimated)
  }

  /// The provider has begun to work, and how far it gets nobody will know: all the output it may have is booked.
  var unknown: Usage { Usage(input: estimatedInput, basis: .estimated) }

  /// The agent's name for the model, as a JSON string, where the provider's must not be seen.
  var shownModel: ByteSlice? {
    guard let model = call.model, candidate.providerModel(for: model) != model || model != call.body?.model else {
      return nil
    }
    return ModelReply.quoted(model)
  }
}
