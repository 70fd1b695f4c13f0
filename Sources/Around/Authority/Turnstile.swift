// Turnstile: one at a time, in the order of arrival (an asynchronous mutex).

import Reactor

/// Keeps changes apart that wait for the disk in between.
@EventLoop
final class Turnstile {
  private(set) var isTaken = false
  private var queue: [Waiter] = []

  /// Returns when everybody who came before has left.
  func enter() async {
    if isTaken {
      let place = Waiter()
      queue.append(place)
      await place.wait()
      assert(isTaken, "somebody is let in, and whoever came before has let another one in")
    }
    isTaken = true
  }

  func leave() {
    assert(isTaken, "somebody leaves who has not entered")
    if queue.isEmpty { isTaken = false } else { queue.removeFirst().wake() }
  }
}
