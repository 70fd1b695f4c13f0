// ControlSession: one client's connection: its calls are answered one after the other, in their order.

import Bytes
import JSON
import Reactor

/// Why a client was disconnected.
enum SessionEnd: Error {
  /// It left, or we are closing.
  case left
  /// It cost more than it may; the reason is for the log.
  case dropped(reason: String)
}

/// How long a client is waited for: `ControlLimits`, but in tests.
struct SessionTimes {
  var messageMs = ControlLimits.messageMs
  var idleMs = ControlLimits.idleMs
  var owedMs = ControlLimits.owedMs
}

/// Pipelined calls wait in the socket until the reply before theirs has been taken.
@EventLoop
final class ControlSession {
  private let stream: ByteStream
  private let service: ControlService
  private let access: @EventLoop () -> ControlAccess
  private let times: SessionTimes
  private let caller: PeerCredentials
  private var decoder = MessageDecoder()
  private var subscription: Subscription?
  private var isWaiting = false
  private var isLast = false

  init(
    _ stream: ByteStream, of caller: PeerCredentials, service: ControlService, times: SessionTimes,
    access: @escaping @EventLoop () -> ControlAccess
  ) {
    self.stream = stream
    self.caller = caller
    self.service = service
    self.times = times
    self.access = access
  }

  /// Answers calls until the client leaves or is disconnected, and closes the connection.
  func run() async -> SessionEnd {
    do throws(SessionEnd) {
      while !isLast, let call = try await nextCall() { try await answer(call) }
      stream.closeAfterFlush()
      return .left
    } catch {
      stream.close()
      return error
    }
  }

  /// The call under way is answered, and is the last.
  func finishSoon() {
    isLast = true
    if let subscription { subscription.gone() } else if isWaiting { stream.interrupt() }
  }

  /// Ends the connection now.
  func cut() {
    subscription?.gone()
    stream.close()
  }

  // MARK: reading

  private func nextCall() async throws(SessionEnd) -> VarlinkCall? {
    assert(!isWaiting && subscription == nil, "a call is read while another one is")
    isWaiting = true
    defer { isWaiting = false }
    var began: UInt64?
    do throws(MessageError) {
      while true {
        if let message = try decoder.next(from: &stream.inbound) { return try VarlinkCall(reading: message) }
        if decoder.isInsideMessage, began == nil { began = EventLoop.now }
        guard await hasMore(messageBegan: began) else { break }
      }
    } catch {
      throw .dropped(reason: "\(error)")
    }
    if stream.isEnded || isLast { return nil }
    throw .dropped(
      reason: began == nil
        ? "it made no call for \(times.idleMs) ms"
        : "its message was not complete after \(times.messageMs) ms")
  }

  /// Waits for more bytes; false when there are none in time.
  private func hasMore(messageBegan: UInt64?) async -> Bool {
    var timeoutMs = times.idleMs
    if let messageBegan {
      timeoutMs = times.messageMs - Int64((EventLoop.now - messageBegan) / 1_000_000)
      if timeoutMs <= 0 { return false }
    }
    return (try? await stream.receive(timeoutMs: timeoutMs)) ?? false
  }

  // MARK: answering

  private enum Outcome {
    case reply(VarlinkReply)
    case feed(Subscription)
  }

  private func answer(_ call: VarlinkCall) async throws(SessionEnd) {
    switch await outcome(of: call) {
    case .reply(let reply): if !call.isOneway { try await send(reply.encoded) }
    case .feed(let subscription): try await feed(subscription)
    }
  }

  private func outcome(of call: VarlinkCall) async -> Outcome {
    let checked = ControlCall(caller: caller, parameters: CheckedFields(call.parameters))
    do throws(ControlError) {
      switch try service.way(for: call, by: caller, under: access()) {
      case .answer(let handler):
        let results = try await handler(checked)
        let mistake = service.mistake(in: results, answering: call)
        assert(mistake == nil, "\(call.method) answers with a wrong \(mistake!)")
        return .reply(VarlinkReply(results))
      case .stream(let keeping, let open): return .feed(try await opened(Subscription(keeping), with: checked, open))
      }
    } catch {
      return .reply(VarlinkReply(error))
    }
  }

  /// Reads on from here, though no call is answered before the subscription ends, to notice that the client goes.
  private func opened(
    _ subscription: Subscription, with call: ControlCall, _ open: ControlService.Opener
  ) async throws(ControlError) -> Subscription {
    assert(self.subscription == nil, "a second subscription on one connection")
    self.subscription = subscription
    stream.onEnd = { subscription.gone() }
    stream.startReading()
    if stream.isEnded { subscription.gone() }
    do throws(ControlError) {
      try await open(call, subscription)
      return subscription
    } catch {
      stream.onEnd = nil
      self.subscription = nil
      subscription.gone()
      throw error
    }
  }

  private func feed(_ subscription: Subscription) async throws(SessionEnd) {
    // A goodbye of either side also ends the wait for a client that takes nothing.
    subscription.onGone { [stream] in stream.close() }
    defer { subscription.gone() }
    while !subscription.isGone {
      if let update = subscription.next() { try await send(update.message) } else { await subscription.changed.wait() }
    }
    throw .left
  }

  /// Hands over a message and waits until the kernel has all of it.
  private func send(_ message: ByteSlice) async throws(SessionEnd) {
    assert(message.span[message.count - 1] == 0, "a message of \(message.count) bytes does not end in NUL")
    // The NUL byte does not count.
    let bytes = message.count - 1
    if bytes > ControlLimits.messageBytesMax {
      isLast = true
      return try await send(
        VarlinkReply(.replyTooLarge(bytes: bytes, bytesMax: ControlLimits.messageBytesMax)).encoded)
    }
    stream.write(message)
    stream.flush()
    while stream.pendingBytes > 0 {
      do throws(ReactorError) {
        try await stream.drained(timeoutMs: times.owedMs)
      } catch {
        if error.code != .timedOut { throw .left }
        if stream.pendingBytes > ControlLimits.owedBytesMax {
          throw .dropped(
            reason: "it took none of \(stream.pendingBytes) bytes of its replies for \(times.owedMs) ms")
        }
      }
    }
  }
}
