// Turnstile: one at a time, in the order of arrival.

import Reactor

/// Keeps changes apart that wait for the disk in between.
@EventLoop
final class Turnstile {
  private var isTaken = false
  private var queue: [Waiter] = []

  /// Returns when everybody who came before has left.
  func enter() async {
    if isTaken {
      let place = Waiter()
      queue.append(place)
      await place.wait()
    }
    isTaken = true
  }

  func leave() {
    if queue.isEmpty { isTaken = false } else { queue.removeFirst().wake() }
  }
}
