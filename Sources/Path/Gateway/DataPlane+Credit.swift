// DataPlane+Credit: what passes between shared budgets and the authority that grants their credit.

import Admission
import Exchange
import Reactor

extension DataPlane {
  /// Sends `wishes` and takes up what is granted; false when no answer came.
  @discardableResult
  func send(_ wishes: [LeaseWish]) async -> Bool {
    if wishes.isEmpty { return true }
    guard let credit, let grants = await credit.lease(wishes) else {
      admission.declined(wishes)
      noteAuthority(isUp: false)
      return false
    }
    noteAuthority(isUp: true)
    admission.granted(grants, for: wishes, at: Self.wallTime())
    return true
  }

  /// Asks for more before it is needed, so that no call waits for it.
  func askAhead() {
    guard admission.wantsLeases else { return }
    switch admission.funding {
    case .own: leaseAhead()
    case .shared:
      let wishes = admission.creditWanted(at: Self.wallTime())
      if wishes.isEmpty { return }
      EventLoop.spawn { [self] in await send(wishes) }
    }
  }

  /// About once a second: what was spent since, and credit that nobody has used for a while.
  public func lookAfterCredit() async { await send(admission.idleWishes(at: Self.wallTime())) }

  /// The authority wants back what is not needed of these meters.
  public func recall(_ meters: [MeterName]) async { await send(admission.recall(meters, at: Self.wallTime())) }

  /// The authority has been reached again: it hears how every account stands.
  public func restateCredit() async { await send(admission.outstandingWishes(at: Self.wallTime())) }

  /// Nothing is spent any more: all credit goes back, that of an answer which was still on its way included.
  func returnCredit() async {
    for _ in 0..<3 {
      let wishes = admission.farewell(at: Self.wallTime())
      guard !wishes.isEmpty, await send(wishes) else { return }
    }
  }
}
