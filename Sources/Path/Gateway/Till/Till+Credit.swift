// Till+Credit: what passes between shared budgets and the authority that grants their credit.

import Admission
import Exchange
import Reactor

extension Till {
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
    admission.granted(grants, for: wishes, at: DataPlane.wallTime())
    return true
  }

  /// Asks for more before it is needed, so that no call waits for it.
  func askAhead() {
    guard admission.wantsLeases else { return }
    switch admission.funding {
    case .own: leaseAhead()
    case .shared:
      let wishes = admission.creditWanted(at: DataPlane.wallTime())
      if wishes.isEmpty { return }
      EventLoop.spawn { [self] in await send(wishes) }
    }
  }

  /// About once a second: what was spent since, and credit that nobody has used for a while.
  func lookAfterCredit() async { await send(admission.idleWishes(at: DataPlane.wallTime())) }

  /// The authority wants back what is not needed of these meters.
  func recall(_ meters: [MeterName]) async { await send(admission.recall(meters, at: DataPlane.wallTime())) }

  /// The authority has been reached again: it hears how every account stands.
  func restateCredit() async { await send(admission.outstandingWishes(at: DataPlane.wallTime())) }

  /// Nothing is spent any more: all credit goes back, that of an answer which was still on its way included.
  func returnCredit() async {
    for _ in 0..<3 {
      let wishes = admission.farewell(at: DataPlane.wallTime())
      guard !wishes.isEmpty, await send(wishes) else { return }
    }
  }

  private func leaseAhead() {
    let marks = admission.leasesWanted(at: DataPlane.wallTime())
    if marks.isEmpty { return }
    EventLoop.spawn { [self] in
      _ = await makeDurable(marks)
    }
  }
}
