// WaitingCalls: calls that wait in the line of a budget until something is given back or time has passed.

import Admission
import Reactor

@EventLoop
final class WaitingCalls {
  private enum Limits {
    /// How soon a call notices that its agent has left.
    static let lookMs: Int64 = 250
  }

  private var waiting: [QueueTicket: Waiter] = [:]

  /// Suspends the holder of `ticket` until it is woken, for at most `milliseconds`; sooner where there is something else to
  /// look at.
  func wait(_ ticket: QueueTicket, atMostMs milliseconds: Int64) async {
    let place = Waiter()
    waiting[ticket] = place
    let timer = Timer { place.wake() }
    timer.set(milliseconds: min(milliseconds, Limits.lookMs))
    await place.wait()
    timer.close()
    waiting[ticket] = nil
  }

  func wake(_ tickets: [QueueTicket]) {
    for ticket in tickets { waiting[ticket]?.wake() }
  }
}
