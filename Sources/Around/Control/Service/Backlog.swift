// Backlog: what a subscriber has not taken yet: at most one state (conflation), or at most so many events.

import JSON
import Reactor

/// What is kept for a client that does not keep up.
public enum SubscriptionKeeping {
  /// One state. `merge` makes one out of the state that waits and the newer one.
  case newest(merge: @EventLoop (_ waiting: JSONValue, _ newer: JSONValue) -> JSONValue)
  /// Events in order, within the room of `ControlLimits`. Those that did not fit are counted, and `missed` makes the
  /// event that says so in their place.
  case events(missed: @EventLoop (Int) -> JSONValue)
}

/// The updates between a handler that offers them and a client that reads at its own pace.
@EventLoop
struct Backlog {
  private let keeping: SubscriptionKeeping
  private var waiting: [Update] = []
  private var bytes = 0
  private var missed = 0

  init(_ keeping: SubscriptionKeeping) { self.keeping = keeping }

  mutating func offer(_ update: Update) {
    switch keeping {
    case .newest(let merge):
      assert(waiting.count <= 1 && missed == 0, "\(waiting.count) states wait, and \(missed) were missed")
      waiting = [waiting.first.map { Update(merge($0.json, update.json)) } ?? update]
    case .events:
      // Once one is missed all are until the queue is empty, so that the gap has one place.
      let isFull =
        waiting.count >= ControlLimits.eventsMax
        || (bytes + update.message.count > ControlLimits.eventBytesMax && !waiting.isEmpty)
      if missed > 0 || isFull {
        missed += 1
      } else {
        waiting.append(update)
        bytes += update.message.count
      }
      assert(waiting.count <= ControlLimits.eventsMax, "\(waiting.count) events wait")
    }
  }

  /// Takes the oldest out; nil when nothing waits.
  mutating func next() -> Update? {
    if !waiting.isEmpty {
      let first = waiting.removeFirst()
      if case .events = keeping { bytes -= first.message.count }
      assert(bytes >= 0 && (bytes == 0 || !waiting.isEmpty), "\(waiting.count) events of \(bytes) bytes wait")
      return first
    }
    guard missed > 0, case .events(let says) = keeping else { return nil }
    defer { missed = 0 }
    return Update(says(missed))
  }
}
