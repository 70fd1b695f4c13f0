// Attempt+Whole: a reply that is judged as a whole before the agent gets it, or relayed where it cannot be judged.

import Admission
import Bytes
import Conversation
import Dialects
import Exchange
import HTTP
import Hub
import JSON
import Metering
import Reactor
import Upstream

extension DataPlane {
  /// Decides by status and type how a reply is carried.
  func carryReply(_ reply: ReplyHead, of attempt: Attempt, holding reservation: inout Reservation) async -> Ending {
    if reply.status == 101 { return await tunnel(reply, of: attempt, holding: &reservation) }
    if Failure.trigger(for: reply.status) != nil { return await keepFailure(reply, of: attempt) }
    // Where a provider does not count, it is estimated.
    if attempt.crossing != nil, attempt.call.endpoint.countsOnly, reply.status >= 300 {
      return await keepFailure(reply, of: attempt)
    }
    let type = reply.head["content-type"]
    let isCall = attempt.call.body != nil
    if attempt.crossing != nil, reply.status >= 300 { return await refusal(reply, of: attempt) }
    if isCall, reply.status < 300, Self.isStream(type) {
      return await stream(reply, of: attempt, holding: &reservation)
    }
    if isCall, attempt.call.request.method != .head, type?.starts(with: "application/json") ?? false {
      return await whole(reply, of: attempt)
    }
    if attempt.call.endpoint.isModelCall, reply.status < 300 {
      attempt.upstream.close()
      let reason = "its reply of status \(reply.status) is neither JSON nor an event stream"
      let failure = Failure(unusable: reason, of: attempt.backend)
      return attempt.ending(.failed(failure), status: reply.status, usage: attempt.unknown)
    }
    return await relay(reply, of: attempt)
  }

  private static func isStream(_ type: Span<UInt8>?) -> Bool {
    guard let type else { return false }
    return type.starts(with: "text/event-stream") || type.starts(with: "application/vnd.amazon.eventstream")
  }

  /// An error reply that another candidate may make good: kept in case none does.
  private func keepFailure(_ reply: ReplyHead, of attempt: Attempt) async -> Ending {
    do throws(UpstreamFault) {
      let body = try await collect(reply, of: attempt)
      attempt.candidate.backend.pool.release(attempt.upstream)
      let stored = Failure.Stored(
        status: reply.status, head: reply.head, body: attempt.crossing?.error(body, status: reply.status) ?? body,
        isCrossed: attempt.crossing != nil)
      return attempt.ending(.failed(Failure(stored, of: attempt.backend)), status: reply.status)
    } catch {
      attempt.upstream.close()
      return attempt.ending(error, status: reply.status, usage: nil)
    }
  }

  /// A JSON reply: metered, shown under the agent's name for the model, and sent.
  private func whole(_ reply: ReplyHead, of attempt: Attempt) async -> Ending {
    let body: ByteSlice
    do throws(UpstreamFault) {
      body = try await collect(reply, of: attempt)
    } catch {
      attempt.upstream.close()
      return attempt.ending(error, status: reply.status, usage: reply.status < 300 ? attempt.unknown : nil)
    }
    attempt.candidate.backend.pool.release(attempt.upstream)
    let call = attempt.call
    if reply.status >= 300 {
      send(reply, [body], of: call, by: attempt.candidate)
      return attempt.ending(.answered, status: reply.status)
    }
    if let crossing = attempt.crossing { return crossed(body, reply, of: attempt, by: crossing) }
    let answer: ModelReply
    do throws(JSONError) {
      if let encoding = reply.head["content-encoding"], !encoding.equalsIgnoringCase("identity") {
        let reason = "its reply is encoded although identity was asked for"
        return attempt.ending(
          .failed(Failure(unusable: reason, of: attempt.backend)), status: reply.status, usage: attempt.unknown)
      }
      answer = try ModelReply(body, in: call.dialect)
    } catch {
      let failure = Failure(unusable: "its reply is not a JSON object: \(error.description)", of: attempt.backend)
      return attempt.ending(.failed(failure), status: reply.status, usage: attempt.unknown)
    }
    let guess = call.endpoint.generates ? TokenCount((body.count + 3) / 4) : .zero
    let usage =
      call.endpoint.countsOnly
      ? Usage(input: .zero, output: .zero)
      : read(answer.usage, in: body) ?? Self.invocation(reply.head)
        ?? attempt.estimated(output: guess)
    if call.agent.isGone { return attempt.ending(.agentGone, status: reply.status, usage: usage) }
    let pieces = attempt.shownModel.map { answer.body(showing: $0) } ?? [body]
    send(reply, pieces, of: call, by: attempt.candidate, tokensUsed: usage.total)
    return attempt.ending(.answered, status: reply.status, usage: usage)
  }

  /// What Bedrock says in the head of an invoked model's reply, whose body is the model's own
  /// (docs.aws.amazon.com/bedrock/latest/userguide/inference-invoke.html).
  private static func invocation(_ head: Head) -> Usage? {
    func count(_ name: StaticString) -> TokenCount? { head[name]?.decimal.map { TokenCount($0) } }
    guard let input = count("x-amzn-bedrock-input-token-count") else { return nil }
    return Usage(input: input, output: count("x-amzn-bedrock-output-token-count") ?? .zero)
  }

  /// A whole reply in another dialect than the agent's.
  private func crossed(
    _ body: ByteSlice, _ reply: ReplyHead, of attempt: Attempt, by crossing: Crossing
  ) -> Ending {
    let call = attempt.call
    do throws(ShapeFault) {
      let (text, reported) = try crossing.reply(body, showing: call.model ?? ModelName(""))
      let guess = call.endpoint.generates ? TokenCount((body.count + 3) / 4) : .zero
      let usage = reported ?? attempt.estimated(output: guess)
      if call.agent.isGone { return attempt.ending(.agentGone, status: reply.status, usage: usage) }
      send(reply, [text], of: call, by: attempt.candidate, tokensUsed: usage.total, crossing: crossing)
      return attempt.ending(.answered, status: reply.status, usage: usage)
    } catch {
      let failure = Failure(unusable: "its reply cannot be understood: \(error.message)", of: attempt.backend)
      return attempt.ending(.failed(failure), status: reply.status, usage: attempt.unknown)
    }
  }

  /// A refusal that is meant for the agent, in another dialect than the agent's.
  private func refusal(_ reply: ReplyHead, of attempt: Attempt) async -> Ending {
    guard let crossing = attempt.crossing else { preconditionFailure("nothing was translated") }
    do throws(UpstreamFault) {
      let body = try await collect(reply, of: attempt)
      attempt.candidate.backend.pool.release(attempt.upstream)
      if attempt.call.agent.isGone { return attempt.ending(.agentGone, status: reply.status) }
      send(
        reply, [crossing.error(body, status: reply.status)], of: attempt.call, by: attempt.candidate, crossing: crossing
      )
      return attempt.ending(.answered, status: reply.status)
    } catch {
      attempt.upstream.close()
      return attempt.ending(error, status: reply.status, usage: nil)
    }
  }

  /// What the provider reports at `place`, nil when that is nothing.
  func read(_ place: ScannedValue?, in text: ByteSlice) -> Usage? {
    guard let place else { return nil }
    return usageReader.read(place, in: text.span)
  }

  private func send(
    _ reply: ReplyHead, _ pieces: [ByteSlice], of call: Call, by candidate: LiveCandidate,
    tokensUsed: TokenCount? = nil, crossing: Crossing? = nil
  ) {
    var count = 0
    for piece in pieces { count += piece.count }
    let stream = call.agent.stream
    stream.write(
      call.replyHead(
        reply.status, from: reply.head, by: candidate, length: .known(count), tokensUsed: tokensUsed,
        across: crossing.map { ($0.contentType, $0.translated) }))
    for piece in pieces { stream.write(piece) }
    stream.flush()
  }

  private func collect(_ reply: ReplyHead, of attempt: Attempt) async throws(UpstreamFault) -> ByteSlice {
    var body = ByteBuffer()
    if let length = reply.contentLength {
      if length > attempt.replyBytesMax { throw Self.tooLong(attempt) }
      if length > 0 { body.reserve(length) }
    }
    while true {
      if case .end = try await next(of: attempt, body: &body) { return body.take() }
      if body.count > attempt.replyBytesMax { throw Self.tooLong(attempt) }
    }
  }

  private static func tooLong(_ attempt: Attempt) -> UpstreamFault {
    .malformed("its reply is longer than \(attempt.replyBytesMax) bytes (limits.replyBytesMax)")
  }

  /// A reply nobody reads here: files, audio, pages. It flows as fast as the agent takes it.
  private func relay(_ reply: ReplyHead, of attempt: Attempt) async -> Ending {
    let call = attempt.call
    let agent = call.agent
    let hasNone = call.request.method == .head || reply.status == 204 || reply.status == 304
    let length: ReplyLength = hasNone ? .none : reply.contentLength.map { .known($0) } ?? .chunked
    var isChunked = false
    if case .chunked = length { isChunked = !call.isHTTP10 }
    if case .chunked = length, call.isHTTP10 { agent.makeLast() }
    agent.send(call.replyHead(reply.status, from: reply.head, by: attempt.candidate, length: length))
    let usage = attempt.estimated()
    var body = ByteBuffer()
    do throws(UpstreamFault) {
      while true {
        if case .end = try await attempt.upstream.next(body: &body) { break }
        call.writePart(&body, isChunked: isChunked)
        agent.stream.flush()
        do throws(ReactorError) { try await agent.keepUp() } catch { throw .interrupted }
      }
    } catch {
      attempt.upstream.close()
      // Half a body cannot be taken back; a connection that ends early is how HTTP says so.
      agent.makeLast()
      agent.stream.close()
      let outcome: Ending.Outcome = error == .interrupted ? .agentGone : .brokenOff
      return attempt.ending(outcome, status: reply.status, usage: usage)
    }
    if isChunked { agent.send(Self.lastChunk) }
    attempt.candidate.backend.pool.release(attempt.upstream)
    return attempt.ending(.answered, status: reply.status, usage: usage)
  }

  static let lastChunk = ByteSlice("0\r\n\r\n")
}
