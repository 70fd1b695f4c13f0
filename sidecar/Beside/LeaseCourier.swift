// LeaseCourier: carries wishes to the daemon and grants back.

import Control
import Exchange
import Gateway
import JSON
import Reactor

/// One message is under way at a time; what is wished for meanwhile goes together into the next one, so that a burst of
/// calls asks once. A connection of its own, so that no lease waits behind a report.
@EventLoop
final class LeaseCourier: CreditSource {
  private enum Limits {
    /// The daemon answers once what it grants is on its disk.
    static let answerMs: Int64 = 3_000
    static let wishesPerMessage = 1_000
    /// A daemon that restarts is waited for, so that no call fails for it; one that has been away for longer is not.
    static let restartMs: UInt64 = 3_000
    static let retryMs: Int64 = 25
  }

  /// Wishes and whoever waits for what becomes of them.
  @EventLoop private final class Parcel {
    let wishes: [LeaseWish]
    let done = Waiter()
    var isAnswered = false
    var grants: [LeaseGrant]?

    init(_ wishes: [LeaseWish]) { self.wishes = wishes }
  }

  private let client: ControlClient
  private let holder: HolderName
  private var waiting: [Parcel] = []
  private var isUnderWay = false
  private var isClosed = false
  /// Since when the daemon has not been there, in milliseconds of the loop's clock; nil while it is.
  private var awaySinceMs: UInt64?

  init(to daemon: SocketAddress, as holder: HolderName) {
    client = ControlClient(daemon, connectTimeoutMs: 1_000)
    self.holder = holder
  }

  func lease(_ wishes: [LeaseWish]) async -> [LeaseGrant]? {
    let parcel = Parcel(wishes)
    waiting.append(parcel)
    if !isUnderWay {
      isUnderWay = true
      EventLoop.spawn { [self] in
        while !waiting.isEmpty { await carry(takeParcels()) }
        isUnderWay = false
      }
    }
    while !parcel.isAnswered { await parcel.done.wait() }
    return parcel.grants
  }

  func close() {
    isClosed = true
    client.close()
  }

  private func takeParcels() -> [Parcel] {
    var count = 0
    var taken: [Parcel] = []
    while let next = waiting.first, taken.isEmpty || count + next.wishes.count <= Limits.wishesPerMessage {
      count += next.wishes.count
      taken.append(waiting.removeFirst())
    }
    return taken
  }

  private func carry(_ parcels: [Parcel]) async {
    let wishes = parcels.flatMap(\.wishes)
    var grants = await ask(wishes)
    // Asking twice does no harm: wishes say how things stand, not what to add.
    while grants == nil, isRestarting {
      await Timer.pause(milliseconds: Limits.retryMs)
      grants = await ask(wishes)
    }
    // Two calls may wish for the same meter: each gets all grants, and finds its own by name.
    for parcel in parcels {
      parcel.grants = grants
      parcel.isAnswered = true
      parcel.done.wake()
    }
  }

  /// The daemon went away a moment ago and may be back in another.
  private var isRestarting: Bool {
    guard let awaySinceMs, !isClosed else { return false }
    return EventLoop.now / 1_000_000 - awaySinceMs < Limits.restartMs
  }

  /// nil when there is no answer, or none that grants anything.
  private func ask(_ wishes: [LeaseWish]) async -> [LeaseGrant]? {
    do throws(ControlClientError) {
      let reply = try await client.call(
        "Lease", ["holder": .string(holder.text), "wishes": .array(wishes.map(\.json))], timeoutMs: Limits.answerMs)
      awaySinceMs = nil
      return reply["grants"]?.elements?.compactMap { LeaseGrant($0) }
    } catch {
      switch error {
      case .unreachable, .lost: if awaySinceMs == nil { awaySinceMs = EventLoop.now / 1_000_000 }
      // It is there and says no, or nothing: waiting for a restart would not help.
      case .timedOut, .tooLarge, .busy, .refused, .broken: awaySinceMs = nil
      }
      return nil
    }
  }
}
