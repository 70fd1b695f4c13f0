// LoopThread: the event loop for tests. A process has one, so all rooms share it.

import Glibc
import Reactor

/// The event loop on a thread of its own, started by the first test that needs it; tests marked @EventLoop run there.
public enum LoopThread {
  public static let started: Bool = {
    var thread = pthread_t()
    // SAFETY: the thread gets no argument and never ends.
    unsafe pthread_create(
      &thread, nil,
      { _ in
        EventLoop.run {}
        return nil
      }, nil)
    return true
  }()
}

/// Lets the loop go round until `condition` holds, for a minute at most.
@EventLoop public func wait(until condition: () -> Bool) async {
  let deadline = EventLoop.now + 60_000_000_000
  while !condition(), EventLoop.now < deadline { await Workers.run {} }
}
