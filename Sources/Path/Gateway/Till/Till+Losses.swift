// Till+Losses: what becomes of calls under budgets while the ledger or the authority is lost.

import Admission
import Exchange
import Meters
import Policy

extension Till {
  /// Makes `marks` durable, so that they may be spent up to. Where that fails, the policy says whether they count in
  /// memory alone, until they can be written. False: nothing more may be spent.
  func makeDurable(_ marks: [MeterMark]) async -> Bool {
    let isDurable = await books.lease(marks)
    guard isDurable || limits.onLedgerLoss == .failOpen else {
      admission.declined(marks)
      return false
    }
    admission.granted(marks)
    return true
  }

  /// Reads what the ledger alone knows of `meters`; where it cannot be read, the policy says whether that is taken for
  /// nothing. False: nothing more may be spent.
  func recollect(_ meters: [MeterName]) async -> Bool {
    let known = await books.marks(of: meters)
    guard known != nil || limits.onLedgerLoss == .failOpen else { return false }
    admission.recollect(known ?? [], of: meters, at: DataPlane.wallTime())
    return true
  }

  /// The authority has answered, or has not. Without it what was granted is spent, and then nothing more, unless the
  /// policy says that calls go on; what they cost is reported once it is back.
  func noteAuthority(isUp: Bool) {
    admission.spendsUnheard = !isUp && limits.onAuthorityLoss == .failOpen
    if metrics.isAuthorityUp == isUp { return }
    let isFirst = metrics.isAuthorityUp == nil
    metrics.isAuthorityUp = isUp
    if isUp {
      if !isFirst { log.info("the authority of shared budgets answers again") }
      return
    }
    log.error(
      "the authority of shared budgets does not answer",
      metadata: ["calls": admission.spendsUnheard ? "go on uncovered" : "are refused once what was granted is spent"])
  }

  /// To be called with every policy that comes into force.
  func keepLossRules() {
    books.keepsUnwritten = limits.onLedgerLoss == .failOpen
    if metrics.isAuthorityUp == false { noteAuthority(isUp: false) }
  }

  static let authorityFault = Fault(
    party: .gateway, status: 503, type: "server_error", code: "budget_authority_unavailable",
    message: "The daemon that grants this budget's credit does not answer, and what was granted is spent. Nothing more "
      + "may be spent until it is back; see its log.")

  static let ledgerFault = Fault(
    party: .gateway, status: 503, type: "server_error", code: "ledger_unavailable",
    message: "The ledger cannot be written, so nothing more may be spent. See the gateway's log and its --state folder."
  )
}
