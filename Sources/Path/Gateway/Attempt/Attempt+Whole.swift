// Attempt+Whole: a reply that is judged as a whole before the agent gets it.

import Bytes
import Client
import Dialects
import Exchange
import HTTP
import Hub
import JSON
import Metering
import Reactor
import Upstream

extension Attempt {
  private enum WordsLimits {
    /// An error whose status says all is waited for so long, and read so far: its words are for people.
    static let timeMs: Int64 = 1_000
    static let bytesMax = 64 * 1024
  }

  /// Decides by status and type how a reply is carried.
  func carry(_ reply: ReplyHead) async -> Ending {
    if reply.status == 101 { return await tunnel(reply) }
    if reply.status >= 400, provider.fault(status: reply.status, body: ByteSlice()).trigger != nil {
      return await failed(reply)
    }
    // Where a provider does not count, it is estimated.
    if crossing != nil, call.endpoint.kind == .count, reply.status >= 300 { return await failed(reply) }
    let type = reply.head["content-type"]
    let isJSON = type?.starts(with: "application/json") ?? false
    let isCall = call.body != nil
    if reply.status >= 300 {
      if crossing != nil || isCall && isJSON && call.request.method != .head { return await refused(reply) }
      return await relay(reply)
    }
    if isCall, Self.isStream(type) { return await stream(reply) }
    if isCall, isJSON, call.request.method != .head { return await whole(reply) }
    if call.endpoint.isModelCall {
      upstream.close()
      return unusable("its reply of status \(reply.status) is neither JSON nor an event stream", reply, unknown)
    }
    return await relay(reply)
  }

  private static func isStream(_ type: Span<UInt8>?) -> Bool {
    guard let type else { return false }
    return type.starts(with: "text/event-stream") || type.starts(with: "application/vnd.amazon.eventstream")
  }

  /// What the candidate speaks.
  private var provider: any DialectAdapter { (crossing?.provider ?? call.dialect).adapter }

  // MARK: errors

  /// An error whose status has decided that another candidate may make it good: the verdict waits a moment for its words.
  private func failed(_ reply: ReplyHead) async -> Ending {
    let (body, isWhole) = await words()
    if call.agent.isGone { return ending(.agentGone, status: reply.status) }
    return ending(failure(reply, body, isWhole: isWhole), status: reply.status)
  }

  /// The words of an error, as far as they come in time. Where they do not come whole, the connection is closed.
  private func words() async -> (ByteSlice, isWhole: Bool) {
    let upstream = upstream
    let timer = Timer { upstream.stream.interrupt() }
    timer.set(milliseconds: WordsLimits.timeMs)
    defer { timer.close() }
    var body = ByteBuffer()
    do throws(ClientFault) {
      while body.count <= WordsLimits.bytesMax {
        guard case .end = try await upstream.next(body: &body) else { continue }
        candidate.backend.pool.release(upstream)
        return (body.take(), true)
      }
    } catch {
      // What has come has to do.
    }
    upstream.close()
    return (body.take(), false)
  }

  private func failure(_ reply: ReplyHead, _ body: ByteSlice, isWhole: Bool = true) -> Ending.Outcome {
    let fault = provider.fault(status: reply.status, body: body)
    let keeps = isWhole && crossing == nil
    let stored = Failure.Stored(
      status: reply.status, head: reply.head, body: keeps ? body : call.dialect.adapter.body(of: fault, details: []),
      isRewritten: !keeps)
    return .failed(Failure(backend, .told(fault, stored)))
  }

  /// An error that is the agent's to hear, unless its words say that another candidate may make it good.
  private func refused(_ reply: ReplyHead) async -> Ending {
    let body: ByteSlice
    do throws(ClientFault) { body = try await collect(reply) } catch {
      upstream.close()
      return ending(error, status: reply.status, usage: nil)
    }
    candidate.backend.pool.release(upstream)
    if call.agent.isGone { return ending(.agentGone, status: reply.status) }
    let fault = provider.fault(status: reply.status, body: body)
    if reply.status >= 400, fault.trigger != nil { return ending(failure(reply, body), status: reply.status) }
    send(reply, [crossing == nil ? body : call.dialect.adapter.body(of: fault, details: [])])
    return ending(.answered, status: reply.status)
  }

  private func unusable(_ reason: String, _ reply: ReplyHead, _ usage: Usage?) -> Ending {
    ending(.failed(Failure(backend, .unusable(reason))), status: reply.status, usage: usage)
  }

  // MARK: answers

  /// A JSON reply of a good status: metered, shown under the agent's name for the model, and sent, if it is an answer.
  private func whole(_ reply: ReplyHead) async -> Ending {
    let body: ByteSlice
    do throws(ClientFault) { body = try await collect(reply) } catch {
      upstream.close()
      return ending(error, status: reply.status, usage: unknown)
    }
    candidate.backend.pool.release(upstream)
    if let encoding = reply.head["content-encoding"], !encoding.equalsIgnoringCase("identity") {
      return unusable("its reply is encoded although identity was asked for", reply, unknown)
    }
    switch WholeReply(body, to: call.endpoint.kind, in: provider) {
    case .nonsense(let reason): return unusable(reason, reply, unknown)
    case .failed(let fault, let said):
      let outcome = Ending.Outcome.failed(Failure(backend, .told(fault, nil)))
      return ending(outcome, status: reply.status, usage: reported(said))
    case .empty(let said): return unusable("its reply has nothing of an answer", reply, reported(said))
    case .answer(let answer):
      let guess = call.endpoint.generates ? TokenCount((body.count + 3) / 4) : .zero
      // What is not a stream cannot be read as one.
      if call.endpoint.kind == .conversation, call.body?.wantsStream ?? false {
        let reason = "its reply is JSON although a stream was asked for"
        return unusable(reason, reply, reported(answer) ?? estimated(output: guess))
      }
      return show(answer, reply, guess: guess)
    }
  }

  /// What the provider says to have used.
  private func reported(_ reply: ModelReply?) -> Usage? {
    if call.endpoint.isFree { return Usage(input: .zero, output: .zero) }
    return reply?.usage
  }

  /// - Parameter guess: the output, where nobody says.
  private func show(_ answer: ModelReply, _ reply: ReplyHead, guess: TokenCount) -> Ending {
    let pieces: [ByteSlice]
    let told: Usage?
    var lost: [String] = []
    if let crossing {
      do throws(ShapeFault) {
        let crossed = try crossing.reply(answer.body, showing: call.model ?? ModelName(""))
        told = crossed.usage
        if let failure = crossed.failure {
          let outcome = Ending.Outcome.failed(Failure(backend, .told(failure, nil)))
          return ending(outcome, status: reply.status, usage: told ?? estimated(output: guess))
        }
        pieces = [crossed.body]
        lost = crossed.lost
      } catch { return unusable("its reply cannot be understood: \(error.message)", reply, unknown) }
    } else {
      pieces = shownModel.map { answer.body(showing: $0) } ?? [answer.body]
      told = reported(answer) ?? call.dialect.adapter.usage(in: reply.head)
    }
    let usage = answer.isUnfinished ? unknown : told ?? estimated(output: guess)
    if call.agent.isGone { return ending(.agentGone, status: reply.status, usage: usage) }
    send(reply, pieces, tokensUsed: answer.isUnfinished ? nil : usage.total, lost: lost)
    return ending(.answered, status: reply.status, usage: usage)
  }

  private func send(_ reply: ReplyHead, _ pieces: [ByteSlice], tokensUsed: TokenCount? = nil, lost: [String] = []) {
    var count = 0
    for piece in pieces { count += piece.count }
    let stream = call.agent.stream
    stream.write(
      call.replyHead(
        reply.status, from: reply.head, by: candidate, length: .known(count), tokensUsed: tokensUsed,
        across: crossing.map { ($0.contentType, $0.translated + lost) }))
    for piece in pieces { stream.write(piece) }
    stream.flush()
  }

  private func collect(_ reply: ReplyHead) async throws(ClientFault) -> ByteSlice {
    var body = ByteBuffer()
    if let length = reply.contentLength {
      if length > limits.replyBytesMax { throw tooLong }
      if length > 0 { body.reserve(length) }
    }
    while true {
      if case .end = try await nextUnlessLeft(body: &body) { return body.take() }
      if body.count > limits.replyBytesMax { throw tooLong }
    }
  }

  private var tooLong: ClientFault {
    .malformed("its reply is longer than \(limits.replyBytesMax) bytes (limits.replyBytesMax)")
  }
}
