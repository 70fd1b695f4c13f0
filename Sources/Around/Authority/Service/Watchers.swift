// Watchers: those who asked to be told of events as they happen (publish and subscribe).

import Control
import JSON
import Reactor

/// Nobody's events wait for a watcher: one that does not read fast enough misses some, and is told how many.
@EventLoop
public final class Watchers {
  private var open: [Subscription] = []
  /// Called when the first watcher comes and when the last one goes.
  public var onWatched: (@EventLoop (Bool) -> Void)?

  public init() {}

  public var isWatched: Bool { !open.isEmpty }

  /// How `Watch` keeps what a watcher has not read.
  static let keeping = SubscriptionKeeping.events { ["missed": .integer(Int64($0))] }

  func add(_ subscription: Subscription) {
    assert(!open.contains { $0 === subscription }, "a watcher comes twice")
    open.append(subscription)
    if open.count == 1 { onWatched?(true) }
    subscription.onGone { [unowned self] in
      open.removeAll { $0 === subscription }
      if open.isEmpty { onWatched?(false) }
    }
  }

  public func publish(_ event: GatewayEvent) {
    if open.isEmpty { return }
    let update = Update(["event": event.json])
    for subscription in open { subscription.offer(update) }
  }
}
