// Subscription: one call with `more`, as the handler that feeds it sees it.

import JSON
import Reactor

/// Lasts until the client goes, falls too far behind, or is sent away. Offering never waits and never fails.
@EventLoop
public final class Subscription {
  private var backlog: Backlog
  private var goodbyes: [@EventLoop () -> Void] = []
  let changed = Waiter()
  /// The client has gone; what is offered now is dropped.
  public private(set) var isGone = false

  init(_ keeping: SubscriptionKeeping) { backlog = Backlog(keeping) }

  public func offer(_ update: Update) {
    if isGone { return }
    backlog.offer(update)
    changed.wake()
  }

  public func offer(_ json: JSONValue) { offer(Update(json)) }

  /// Calls `body` once the client has gone, at once if it has already.
  public func onGone(_ body: @escaping @EventLoop () -> Void) {
    if isGone { body() } else { goodbyes.append(body) }
  }

  /// Sends the client away: its connection is closed.
  public func close() { gone() }

  func next() -> Update? { backlog.next() }

  func gone() {
    if isGone { return }
    isGone = true
    let goodbyes = self.goodbyes
    self.goodbyes = []
    for goodbye in goodbyes { goodbye() }
    assert(self.goodbyes.isEmpty, "\(self.goodbyes.count) wait for a client to go that has gone")
    changed.wake()
  }
}
