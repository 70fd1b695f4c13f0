// Subscribers: the connected sidecars: each is told the newest policy, and heard on how it took it.

import Control
import Exchange
import JSON
import Reactor

/// Pushes states; a sidecar that does not read fast enough gets the newest one only.
@EventLoop
final class Subscribers {
  private(set) var roster = Roster()
  private var open: [HolderName: Subscription] = [:]
  /// The newest.
  private(set) var version: PolicyVersion?
  /// What a sidecar hears first: made once for all that come.
  private var greeting: Update?
  private var distributions: [Distribution] = []
  /// Somebody watches: sidecars send events.
  private(set) var isWatched = false
  /// A sidecar came or went.
  var onVisit: (@EventLoop (SidecarIdentity, _ isHere: Bool) -> Void)?

  /// A change on its way to the sidecars that were connected when it was made.
  @EventLoop private final class Distribution {
    let generation: Generation
    var waiting: Set<HolderName>
    let done = Waiter()
    var isOver = false

    init(_ generation: Generation, to holders: [HolderName]) {
      self.generation = generation
      waiting = Set(holders)
    }
  }

  /// Begins a sidecar's subscription: it gets the policy in force at once.
  func add(_ identity: SidecarIdentity, _ caller: PeerCredentials, _ subscription: Subscription) {
    let holder = identity.holder
    let visit = roster.joined(
      identity, pid: Int64(caller.processID), uid: Int64(caller.user.number), at: .now)
    let earlier = open.updateValue(subscription, forKey: holder)
    earlier?.close()
    let greeting = greeting ?? Update(SubscriptionState.json(version, isWatched: isWatched))
    self.greeting = greeting
    subscription.offer(greeting)
    subscription.onGone { [unowned self] in
      guard roster.left(holder, visit, at: .now) else { return }
      assert(open[holder] === subscription, "the newest visit of a sidecar is not the subscription that is open")
      open[holder] = nil
      settle(holder)
      onVisit?(identity, false)
    }
    onVisit?(identity, true)
  }

  var newest: Generation { version?.generation ?? .none }

  /// Tells every sidecar of `version`; answers how each took it, once all have said so or `timeoutMs` have passed.
  func distribute(_ version: PolicyVersion, timeoutMs: Int64) async -> [Acknowledgement] {
    let holders = roster.connected
    if version.generation > newest {
      assert(!version.text.isEmpty, "generation \(version.generation) has no text to be sent")
      self.version = version
      greeting = Update(SubscriptionState.json(version, isWatched: isWatched))
      tell(greeting!)
    }
    if timeoutMs > 0 {
      let distribution = Distribution(version.generation, to: holders)
      distributions.append(distribution)
      for holder in holders { settle(holder) }
      let timer = Timer {
        distribution.isOver = true
        distribution.done.wake()
      }
      timer.set(milliseconds: timeoutMs)
      while !distribution.isOver, !distribution.waiting.isEmpty { await distribution.done.wait() }
      timer.close()
      assert(
        distribution.waiting.allSatisfy { roster.acknowledgement(of: $0, version.generation) == nil },
        "a sidecar is waited for that has answered")
      distributions.removeAll { $0 === distribution }
    }
    return holders.map { holder in
      roster.acknowledgement(of: holder, version.generation)
        ?? Acknowledgement(sidecar: roster.identity(of: holder)?.name ?? holder.text, state: .pending)
    }.sorted { $0.sidecar < $1.sidecar }
  }

  /// False when nobody of that name is connected.
  func acknowledged(
    _ holder: HolderName, _ generation: Generation, applied: Bool, diagnostics: [ControlError.Diagnostic]
  ) -> Bool {
    guard roster.acknowledged(holder, generation, applied: applied, diagnostics: diagnostics) else { return false }
    settle(holder)
    return true
  }

  func reported(_ holder: HolderName, _ status: SidecarStatus) { roster.reported(holder, status) }

  func recall(_ recalls: [LeaseRecall]) {
    for (holder, meters) in Dictionary(grouping: recalls, by: \.holder) {
      open[holder]?.offer(SubscriptionState.json(recalls: meters.map(\.meter), isWatched: isWatched))
    }
  }

  func ask(_ question: Question, _ holder: HolderName) {
    open[holder]?.offer(SubscriptionState.json(questions: [question], isWatched: isWatched))
  }

  func setWatched(_ watched: Bool) {
    if watched == isWatched { return }
    isWatched = watched
    greeting = nil
    tell(Update(SubscriptionState.json(isWatched: watched)))
  }

  /// Sends every sidecar away: it will find the daemon that comes after this one.
  func close() { for subscription in open.values { subscription.close() } }

  private func tell(_ update: Update) {
    for subscription in open.values { subscription.offer(update) }
  }

  private func settle(_ holder: HolderName) {
    for distribution in distributions where distribution.waiting.contains(holder) {
      guard roster.acknowledgement(of: holder, distribution.generation) != nil else { continue }
      distribution.waiting.remove(holder)
      if distribution.waiting.isEmpty { distribution.done.wake() }
    }
  }
}

extension WallTime {
  static var now: WallTime { WallTime(milliseconds: EventLoop.wallMilliseconds) }
}
