// Serving+Unkept: what a policy can say and this gateway does not do yet.

import Policy

extension Policy {
  /// Throws for the first thing that would silently not happen.
  func refuseWhatIsNotKept() throws(StartupError) {
    func refuse(_ what: String, if isAsked: Bool) throws(StartupError) {
      if isAsked { throw StartupError("\(what) is not kept in this version; remove it") }
    }
    let usual = Policy.Limits()
    try refuse("limits.onLedgerLoss", if: limits.onLedgerLoss != usual.onLedgerLoss)
    try refuse("limits.onAuthorityLoss", if: limits.onAuthorityLoss != usual.onAuthorityLoss)
  }
}
