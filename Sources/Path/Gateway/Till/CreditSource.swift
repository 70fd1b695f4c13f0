// CreditSource: whoever grants credit on budgets that several sidecars share.

import Exchange
import Reactor

/// The authority, as the data plane sees it.
@EventLoop
public protocol CreditSource: AnyObject {
  /// Tells how accounts stand and what they wish; answers what is granted, nil when no answer came.
  func lease(_ wishes: [LeaseWish]) async -> [LeaseGrant]?
}
