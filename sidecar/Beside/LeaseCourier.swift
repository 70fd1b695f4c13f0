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

  func close() { client.close() }

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
    var grants: [LeaseGrant]?
    do throws(ControlClientError) {
      let reply = try await client.call(
        "Lease", ["holder": .string(holder.text), "wishes": .array(wishes.map(\.json))], timeoutMs: Limits.answerMs)
      grants = reply["grants"]?.elements?.compactMap { LeaseGrant($0) }
    } catch {
      // Whoever waits is told that there was no answer; the link finds out by itself whether the daemon is gone.
    }
    // Two calls may wish for the same meter: each gets all grants, and finds its own by name.
    for parcel in parcels {
      parcel.grants = grants
      parcel.isAnswered = true
      parcel.done.wake()
    }
  }
}
