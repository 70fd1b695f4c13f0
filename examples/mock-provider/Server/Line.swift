// Line: one agent's connection as an answer sees it: send, wait, hang up, and notice that the agent has left.

import Bytes
import HTTP
import Reactor
import TLS

@EventLoop
final class Line {
  enum Limits {
    static let handshakeMs: Int64 = 10_000
    /// Queued bytes after which an answer waits for the agent to read.
    static let pendingBytes = 256 * 1024
    /// An agent that reads nothing for so long has left.
    static let patienceMs: Int64 = 600_000
  }

  /// Why an answer ended early.
  enum Ending: Error {
    case agentLeft
    /// We did, because a knob asked for it.
    case hungUp
  }

  private let channel: Channel
  private var timer: Timer?
  private let sleeper = Waiter()

  init(_ stream: ByteStream, tls: TLSContext?) throws(TLSError) {
    channel = Channel(stream, session: try tls.map { context throws(TLSError) in try TLSSession(server: context) })
    stream.onEnd = { [unowned self] in sleeper.wake() }
  }

  func handshake() async throws(Ending) {
    do { try await channel.handshake(timeoutMs: Limits.handshakeMs) } catch { throw .agentLeft }
  }

  // MARK: reading

  /// Waits for more bytes to read.
  func receive() async throws(Ending) {
    do {
      if try await channel.receive(timeoutMs: nil) { return }
    } catch {}
    throw .agentLeft
  }

  func withInbound<Result, Failure: Error>(
    _ body: (inout ByteBuffer) throws(Failure) -> Result
  ) throws(Failure) -> Result { try channel.withInbound(body) }

  // MARK: writing

  /// Sends as much as the socket takes at once and queues the rest.
  func send(_ bytes: ByteSlice) throws(Ending) {
    do { try channel.write(bytes) } catch { throw .agentLeft }
    channel.flush()
  }

  /// The agent reads more slowly than it is sent to: time for `catchUp`.
  var isBehind: Bool { channel.stream.pendingBytes > Limits.pendingBytes }

  /// Waits until the agent has read everything.
  func catchUp() async throws(Ending) {
    do { try await channel.drained(timeoutMs: Limits.patienceMs) } catch { throw .agentLeft }
  }

  // MARK: waiting

  /// Nothing for so long, unless the agent leaves.
  func pause(milliseconds: Int) async throws(Ending) {
    if channel.isEnded { throw .agentLeft }
    if timer == nil { timer = Timer { [unowned self] in sleeper.wake() } }
    timer!.set(milliseconds: Int64(milliseconds))
    channel.stream.startReading()
    await sleeper.wait()
    timer!.clear()
    if channel.isEnded { throw .agentLeft }
  }

  /// Nothing until the agent leaves.
  func fallSilent() async throws(Ending) {
    channel.stream.startReading()
    while !channel.isEnded { await sleeper.wait() }
    throw .agentLeft
  }

  // MARK: ending

  /// Ends the connection once what was sent has left; in the middle of an answer, if that is where we are.
  func hangUp() async {
    try? await channel.drained(timeoutMs: Limits.patienceMs)
    close()
  }

  /// Ends the connection after the last words, which a refused agent still gets to read.
  func closeAfterLastWords() {
    timer?.close()
    timer = nil
    channel.stream.closeAfterFlush()
  }

  func close() {
    timer?.close()
    timer = nil
    channel.close()
  }
}
