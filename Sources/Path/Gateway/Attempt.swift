// Attempt: one candidate is asked; its reply is judged before anything of it reaches the agent.

import Admission
import Bytes
import Dialects
import Exchange
import Guard
import HTTP
import Hub
import JSON
import Metering
import Policy
import Reactor
import Upstream

/// How an attempt ended.
struct Ending {
  enum Outcome {
    /// The agent has its whole reply.
    case answered
    /// The reply had begun and could not be finished; the agent was told.
    case brokenOff
    case agentGone
    /// Nothing has reached the agent; the next candidate may be tried.
    case failed(Failure)
  }

  var outcome: Outcome
  /// What to book; nil when nothing can have been billed.
  var usage: Usage?
  /// The provider's status; 0 where none came.
  var status: Int
  var startedAt: UInt64
  var firstTokenUs: Int64?
}

/// An attempt under way: the call, who is asked, and over which connection.
@EventLoop
struct Attempt {
  let call: Call
  let candidate: LiveCandidate
  /// Set where the candidate speaks another dialect than the agent.
  let crossing: Crossing?
  let upstream: UpstreamConnection
  let startedAt: UInt64
  /// What the request is taken to cost when nobody reports it.
  let estimatedInput: TokenCount
  /// The usage chunk of the stream was asked for by the gateway, not by the agent.
  let addsStreamUsage: Bool
  let replyBytesMax: Int
  /// How far a stream may flow; nil where no budget counts output.
  let hold: StreamHold?
  /// The reply is read to its end even if the agent goes away.
  let drainsWhenLeft: Bool

  var backend: BackendName { candidate.backend.name }

  /// The agent's name for the model, as a JSON string, where the provider's must not be seen.
  var shownModel: ByteSlice? {
    guard let model = call.model, candidate.providerModel(for: model) != model || model != call.body?.model else {
      return nil
    }
    return ModelReply.quoted(model)
  }

  func ending(_ outcome: Ending.Outcome, status: Int, usage: Usage? = nil, firstTokenUs: Int64? = nil) -> Ending {
    Ending(outcome: outcome, usage: usage, status: status, startedAt: startedAt, firstTokenUs: firstTokenUs)
  }

  /// A fault of the connection; what was billed for it is nothing, or `usage`.
  func ending(_ fault: UpstreamFault, status: Int, usage: Usage?) -> Ending {
    if case .interrupted = fault { return ending(.agentGone, status: status, usage: usage) }
    return ending(.failed(Failure(fault, of: backend)), status: status, usage: usage)
  }

  /// The provider never said what it took: the input as estimated, and the output that was seen.
  func estimated(output: TokenCount = .zero) -> Usage {
    Usage(input: estimatedInput, output: output, basis: .estimated)
  }

  /// The provider has begun to work, and how far it gets nobody will know: all the output it may have is booked.
  var unknown: Usage { Usage(input: estimatedInput, basis: .estimated) }
}

extension DataPlane {
  /// Asks `candidate` and carries its reply to the agent, unless it is no answer.
  func attempt(
    _ call: Call, with candidate: LiveCandidate, _ crossing: Crossing?, holding reservation: inout Reservation,
    outputMax: TokenCount?, boundsOutput: Bool, limits: Policy.Limits
  ) async -> Ending {
    let startedAt = EventLoop.now
    defer { endDrain(of: call) }
    let addsStreamUsage =
      crossing == nil && call.endpoint.isChat && call.body?.wantsStreamUsage == false
      && !candidate.backend.alwaysTellsUsage
    let body =
      crossing.map { [$0.body] }
      ?? upstreamBody(call, candidate, outputMax: outputMax, addsStreamUsage: addsStreamUsage)
    let hold = StreamHold(reservation.output, grows: !call.mayBoundOutput)
    var isFresh = false
    while true {
      var connection: UpstreamConnection?
      var asked: Attempt?
      do throws(UpstreamFault) {
        let head = try await upstreamHead(call, candidate, crossing, body: body)
        let upstream = try await candidate.backend.pool.acquire(fresh: isFresh) { call.agent.waitingFor = $0 }
        connection = upstream
        call.agent.waitingFor = upstream.stream
        defer { call.agent.waitingFor = nil }
        if call.agent.isGone { throw .interrupted }
        try upstream.send(
          head: head, body: body, method: call.request.method, maySwitch: call.request.wantsWebSocket)
        let attempt = Attempt(
          call: call, candidate: candidate, crossing: crossing, upstream: upstream, startedAt: startedAt,
          estimatedInput: reservation.input, addsStreamUsage: addsStreamUsage, replyBytesMax: limits.replyBytesMax,
          hold: boundsOutput && call.endpoint.generates ? hold : nil, drainsWhenLeft: limits.onDisconnect == .drain)
        asked = attempt
        var replyBody = ByteBuffer()
        guard case .head(let reply) = try await next(of: attempt, body: &replyBody) else {
          throw .malformed("its reply has no head")
        }
        let ending = await carryReply(reply, of: attempt, holding: &reservation)
        candidate.backend.note(ending)
        return ending
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
        let ending = faulted(error, asked, candidate, startedAt: startedAt)
        candidate.backend.note(ending)
        return ending
      }
    }
  }

  /// No reply began. A provider that was sent the request may have worked on it, or still does, and bills what it generates.
  private func faulted(
    _ fault: UpstreamFault, _ asked: Attempt?, _ candidate: LiveCandidate, startedAt: UInt64
  ) -> Ending {
    let usage = asked.flatMap { $0.call.body == nil ? nil : $0.unknown }
    let isLeft = asked?.call.agent.isGone ?? true
    if case .interrupted = fault, isLeft {
      return Ending(outcome: .agentGone, usage: usage, status: 0, startedAt: startedAt)
    }
    return Ending(
      outcome: .failed(Failure(fault, of: candidate.backend.name)), usage: usage, status: 0, startedAt: startedAt)
  }

  private func upstreamBody(
    _ call: Call, _ candidate: LiveCandidate, outputMax: TokenCount?, addsStreamUsage: Bool
  ) -> [ByteSlice] {
    guard let body = call.body else { return call.request.body.isEmpty ? [] : [call.request.body] }
    var changes = RequestChanges()
    changes.model = candidate.providerModel(for: call.model)
    changes.addsStreamUsage = addsStreamUsage
    changes.outputMax = outputMax
    if call.endpoint.isChat {
      changes.outputMaxField = candidate.backend.outputMaxField
      changes.habits = candidate.backend.habits
    }
    if call.endpoint == .responses {
      changes.outputMaxField = .maxOutputTokens
      changes.shortensCallIDs = true
    }
    return body.body(with: changes)
  }

  private func upstreamHead(
    _ call: Call, _ candidate: LiveCandidate, _ crossing: Crossing?, body: [ByteSlice]
  ) async throws(UpstreamFault) -> ByteSlice {
    let bodyCount = body.reduce(0) { $0 + $1.count }
    let backend = candidate.backend
    let request = call.request
    var head = ByteBuffer(minimumCapacity: request.head.bytes.count + 256)
    head.append(request.methodName)
    head.append(" ")
    let model = candidate.providerModel(for: call.model)
    if let crossing {
      backend.appendPath(
        in: crossing.provider, embeds: call.endpoint.isEmbedding, counts: call.endpoint.countsOnly, model: model,
        streams: call.body?.wantsStream ?? false,
        to: &head)
    } else {
      backend.appendPath(of: call, model: model, to: &head)
    }
    head.append(" HTTP/1.1\r\n")
    head.append(backend.hostLine)
    let isModelCall = call.endpoint.isModelCall
    let wantsWebSocket = request.wantsWebSocket
    let dialect = crossing?.provider ?? call.dialect
    let fields = request.head
    ForwardedFields.append(fields, to: &head) { index in
      (crossing == nil ? ForwardedFields.goesUp(index, of: fields) : ForwardedFields.goesAcross(index, of: fields))
        && !backend.takes(fields.name(at: index))
        && !(wantsWebSocket && ForwardedFields.isOfHandshake(index, of: fields))
        && !(isModelCall && fields.name(at: index).equalsIgnoringCase("content-type"))
    }
    if isModelCall { head.append("content-type: application/json\r\n") }
    if wantsWebSocket { call.appendUpgrade(to: &head) }
    head.append("accept-encoding: identity\r\n")
    if let credential = backend.credential {
      try await credential.append(to: &head, body: body, dialect: dialect, agent: fields)
    }
    if dialect == .anthropic, fields.firstIndex(of: "anthropic-version") == nil {
      head.append("anthropic-version: 2023-06-01\r\n")
    }
    if bodyCount > 0 || request.method == .post { head.appendField("content-length", decimal: bodyCount) }
    head.appendHeadEnd()
    return head.take()
  }
}
