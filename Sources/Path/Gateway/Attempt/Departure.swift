// Departure: the agent has gone while a provider works for it: hang up, or read on to learn what it costs.

import Bytes
import Client
import Exchange
import HTTP
import Reactor

/// A reply that nobody waits for any more and that is read to its end all the same (`limits.onDisconnect: drain`). Its
/// reservation is held and its connection lent until then.
@EventLoop
final class Drain {
  enum Limits {
    /// How long one reply is read on; then its provider is hung up on.
    static let timeMs: Int64 = 300_000
    /// Replies read on at a time; agents that leave meanwhile leave their providers hung up on.
    static let atOnceMax = 256
  }

  private let timer: Timer
  private var bytes = 0

  init(_ stream: ByteStream) {
    timer = Timer { stream.interrupt() }
    timer.set(milliseconds: Limits.timeMs)
  }

  /// Counts `more` bytes of a reply; false once it has as many as a reply may have.
  func mayRead(_ more: Int, atMost most: Int) -> Bool {
    bytes += more
    return bytes <= most
  }

  func close() { timer.close() }
}

extension Attempt {
  /// What comes next of the reply, within the bounds of `Drain` and, for the bytes of `body`, of `replyBytesMax` where the
  /// agent has gone.
  func nextOfReply(body: inout ByteBuffer) async throws(ClientFault) -> ReplyEvent {
    let before = body.count
    let event = try await upstream.next(body: &body)
    if let drain, !drain.mayRead(body.count - before, atMost: limits.replyBytesMax) { throw .interrupted }
    return event
  }

  /// The same. An agent that goes away ends the wait, unless the policy wants to know what the reply costs.
  func nextUnlessLeft(body: inout ByteBuffer) async throws(ClientFault) -> ReplyEvent {
    while true {
      do throws(ClientFault) { return try await nextOfReply(body: &body) } catch {
        guard case .interrupted = error, beginsDrain() else { throw error }
      }
    }
  }

  /// Whether the reply is read to its end although the agent has gone: true once, as the agent goes.
  func beginsDrain() -> Bool {
    // A second interruption is that of the timer, or of a process that ends.
    guard limits.onDisconnect == .drain, call.agent.isGone, drain == nil, !plane.isDraining,
      plane.drains < Drain.Limits.atOnceMax
    else { return false }
    plane.drains += 1
    drain = Drain(upstream.stream)
    return true
  }

  func endDrain() {
    guard let drain else { return }
    drain.close()
    self.drain = nil
    plane.drains -= 1
  }
}
