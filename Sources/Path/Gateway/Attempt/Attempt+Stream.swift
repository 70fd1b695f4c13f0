// Attempt+Stream: drives an event stream: waits for what has to be waited for, and leaves the rest to `StreamRun`.

import Bytes
import Client
import Exchange
import HTTP
import Reactor
import Upstream

extension Attempt {
  private enum StreamLimits {
    /// How long a lease takes to become durable, or credit to be granted.
    static let leaseMs: Int64 = 25
    /// Bytes behind the stream's own end that are waited for before its connection is given up.
    static let restBytesMax = 256 * 1024
  }

  func stream(_ reply: ReplyHead) async -> Ending {
    var run = StreamRun(reply, of: self)
    var action = StreamMachine.Action.readOn
    while true {
      switch run.work(action) {
      case .reply:
        do throws(ClientFault) {
          if case .end = try await nextOfReply(body: &run.input) { run.hasEnded = true }
          action = .takeNext
        } catch {
          action = error == .interrupted ? run.agentLeft() : run.broke(error)
        }
      case .agent:
        do throws(ReactorError) {
          try await call.agent.keepUp()
          action = .readOn
        } catch {
          call.agent.stream.close()
          action = run.agentLeft()
        }
      case .leases:
        if !call.agent.isGone { await Timer.pause(milliseconds: StreamLimits.leaseMs) }
        action = run.waited()
      case .nothing: return run.conclude()
      }
    }
  }

  /// After the stream's own end the provider still has to end the reply; nobody need wait for that.
  func releaseBehindStream() {
    let upstream = upstream
    let pool = candidate.backend.pool
    if upstream.isReusable { return pool.release(upstream) }
    EventLoop.spawn {
      var rest = ByteBuffer()
      while true {
        guard let event = try? await upstream.next(body: &rest), rest.count < StreamLimits.restBytesMax else {
          return upstream.close()
        }
        if case .end = event { return pool.release(upstream) }
      }
    }
  }
}
