// ControlFeed: the replies to a call that has many.

import JSON
import Reactor

/// What a subscription brings, one reply at a time. A reader that is slow is skipped ahead by the other side.
@EventLoop
public final class ControlFeed {
  private let method: String
  private let connection: ControlConnection
  private var isOver = false

  init(of method: String, on connection: ControlConnection) {
    self.method = method
    self.connection = connection
  }

  /// The next reply; nil after the last one, and once closed. Throws `lost` when the other side went without saying
  /// that it is done, and `timedOut` when `timeoutMs` pass in silence, after which it may be asked again.
  public func next(timeoutMs: Int64? = nil) async throws(ControlClientError) -> JSONValue? {
    if isOver { return nil }
    let reply: VarlinkReply
    do throws(ControlClientError) {
      reply = try await connection.reply(to: method, timeoutMs: timeoutMs)
    } catch {
      if case .timedOut = error { throw error }
      if isOver { return nil }
      close()
      throw error
    }
    if reply.error != nil || !reply.continues { close() }
    if let error = reply.error { throw .refused(ControlError(name: error, parameters: reply.parameters)) }
    return reply.parameters
  }

  /// Ends the subscription and its connection. To be called once the feed is not needed any more.
  public func close() {
    isOver = true
    connection.close()
  }
}
