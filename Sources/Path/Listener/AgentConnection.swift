// Stage 1 of 8: takes a socket an agent opened, gives whole requests, and carries the replies back.
//
// AgentConnection: one agent's connection, request by request.

import Bytes
import HTTP
import Reactor

/// What a connection may cost us.
public struct ConnectionLimits: Sendable {
  public var http = HTTPLimits()
  /// From the first byte of a request's head to its last.
  public var headTimeoutMs: Int64 = 10_000
  /// Without a byte: between requests, inside a body, and while the agent does not take its reply.
  public var idleTimeoutMs: Int64 = 120_000
  /// Reply bytes waiting for a slow agent before the provider is read no further.
  public var pendingBytesMax = 256 * 1024

  public init() {}
}

/// Reads requests in order and writes one reply to each before the next is read: pipelined requests wait in the
/// socket's buffer.
@EventLoop
public final class AgentConnection {
  public let stream: ByteStream
  public let limits: ConnectionLimits
  /// Who connected, for a Unix socket.
  public let peer: PeerCredentials?
  private var decoder: RequestDecoder
  /// Nothing more will be read; the connection closes after the reply that is being written.
  public private(set) var isLast = false
  private var isIdle = true
  /// What the agent's exchange waits for; interrupted when the agent goes away meanwhile.
  public var waitingFor: ByteStream?

  init(_ stream: ByteStream, limits: ConnectionLimits) {
    self.stream = stream
    self.limits = limits
    peer = stream.peerCredentials
    decoder = RequestDecoder(limits: limits.http)
    stream.onEnd = { [unowned self] in waitingFor?.interrupt() }
  }

  /// The agent has closed or the connection has failed.
  public var isGone: Bool { stream.isEnded }

  /// The next request, complete; nil when the agent has gone, has been idle for too long, or we are shutting down.
  public func nextRequest() async throws(HTTPError) -> Request? {
    if isLast { return nil }
    var headStarted: UInt64 = 0
    var toldToContinue = false
    while true {
      if let request = try decoder.next(from: &stream.inbound) {
        isIdle = false
        if !request.keepsAlive { isLast = true }
        return request
      }
      if isLast, decoder.phase == .idle { return nil }
      if decoder.expectsContinue, !toldToContinue {
        toldToContinue = true
        stream.write(Self.continueHead)
        stream.flush()
      }
      if let missing = decoder.bytesStillNeeded { stream.expect(missing) }
      isIdle = decoder.phase == .idle
      if decoder.phase == .head, headStarted == 0 { headStarted = EventLoop.now }
      do throws(ReactorError) {
        guard try await stream.receive(timeoutMs: timeout(headStarted: headStarted)) else { return nil }
      } catch {
        if error.code == .timedOut, !isIdle { throw HTTPError(status: 408, slowness) }
        return nil
      }
    }
  }

  /// What the agent sends after it has switched to another protocol, as it comes; nil when it has gone.
  public func nextBytes() async throws(ReactorError) -> ByteSlice? {
    while stream.inbound.isEmpty {
      guard try await stream.receive() else { return nil }
    }
    return stream.inbound.take()
  }

  /// A reply has been written; the next request may be read.
  public func replied() { isIdle = true }

  /// Writes nothing more after the current reply, and reads no further request. A connection waiting for a request
  /// ends at once.
  public func finishSoon() {
    isLast = true
    if isIdle { stream.interrupt() }
  }

  /// Ends the connection now. Its exchange, if there is one, learns that the agent has gone, and settles.
  func cut() {
    waitingFor?.interrupt()
    stream.close()
  }

  /// Nothing more is read; the next reply says so and is the last.
  public func makeLast() { isLast = true }

  /// Queues part of a reply and sends it.
  public func send(_ slice: ByteSlice) {
    stream.write(slice)
    stream.flush()
  }

  /// Waits while the agent is too far behind; throws when it does not take a byte for the idle timeout.
  public func keepUp() async throws(ReactorError) {
    if stream.pendingBytes > limits.pendingBytesMax { try await stream.drained(timeoutMs: limits.idleTimeoutMs) }
  }

  /// Waits until the kernel has taken the whole reply, so that a slow agent cannot pile up replies by pipelining.
  public func flushed() async throws(ReactorError) { try await stream.drained(timeoutMs: limits.idleTimeoutMs) }

  private func timeout(headStarted: UInt64) -> Int64 {
    guard decoder.phase == .head else { return limits.idleTimeoutMs }
    let elapsed = Int64((EventLoop.now - headStarted) / 1_000_000)
    return max(1, limits.headTimeoutMs - elapsed)
  }

  private var slowness: String {
    decoder.phase == .head
      ? "The request's head did not arrive within \(limits.headTimeoutMs) ms."
      : "The request's body stalled for \(limits.idleTimeoutMs) ms."
  }

  private static let continueHead = ByteSlice("HTTP/1.1 100 Continue\r\n\r\n")
}
