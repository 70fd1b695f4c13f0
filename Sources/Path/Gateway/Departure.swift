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
  func mayRead(_ more: Int, of attempt: Attempt) -> Bool {
    bytes += more
    return bytes <= attempt.replyBytesMax
  }

  func close() { timer.close() }
}

extension DataPlane {
  /// What comes next of the reply. An agent that goes away ends the wait, unless the policy wants to know what the reply
  /// costs: then it goes on, within the bounds of `Drain` and, for the bytes of `body`, of `replyBytesMax`.
  func next(of attempt: Attempt, body: inout ByteBuffer) async throws(ClientFault) -> ReplyEvent {
    while true {
      do throws(ClientFault) {
        let before = body.count
        let event = try await attempt.upstream.next(body: &body)
        if let drain = attempt.call.drain, !drain.mayRead(body.count - before, of: attempt) { throw .interrupted }
        return event
      } catch {
        guard case .interrupted = error, readsOn(attempt) else { throw error }
      }
    }
  }

  /// Whether the reply is read to its end although the agent has gone: true once, as the agent goes.
  func readsOn(_ attempt: Attempt) -> Bool {
    let call = attempt.call
    // A second interruption is that of the timer, or of a process that ends.
    guard attempt.drainsWhenLeft, call.agent.isGone, call.drain == nil, !isDraining, drains < Drain.Limits.atOnceMax
    else { return false }
    drains += 1
    call.drain = Drain(attempt.upstream.stream)
    return true
  }

  func endDrain(of call: Call) {
    guard let drain = call.drain else { return }
    drain.close()
    call.drain = nil
    drains -= 1
  }
}
