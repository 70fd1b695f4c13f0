// Till: where calls are paid: what may be spent, what is held for calls under way, and what was booked.

import Admission
import Exchange
import Ledger
import Logging
import Meters
import Policy
import Reactor
import Telemetry

/// The budgets of one sidecar with everything that keeps them: admission, the books, estimates of inputs, and the credit of
/// budgets that are shared.
@EventLoop
final class Till {
  var admission: Admission
  let estimates = InputEstimate()
  let books: Books
  /// Set when budgets are shared; else the own ledger pays.
  let credit: (any CreditSource)?
  let line = WaitingCalls()
  let news: News
  let metrics: Metrics
  let log: Logger
  /// The limits of the policy in force.
  private(set) var limits: Policy.Limits
  /// No call waits for room any more: the process is about to end.
  var isClosing = false

  /// Takes up what was spent before.
  ///
  /// - Parameters:
  ///   - marks: what the own ledger remembers.
  init(
    _ serving: Serving, ledger: Ledger, marks: [MeterMark], credit: (any CreditSource)?, news: News, at now: WallTime
  ) {
    self.credit = credit
    self.news = news
    metrics = news.metrics
    log = news.log
    limits = serving.policy.limits
    admission = Admission(rules: serving.rules, funding: credit == nil ? .own : .shared)
    admission.restore(marks: marks, at: now)
    books = Books(ledger, metrics: metrics, log: log)
    books.tell(setAside: ledger.setAside)
    keepLossRules()
  }

  /// The budgets and limits of a policy that comes into force.
  func follow(_ serving: Serving, at now: WallTime) {
    admission.replace(rules: serving.rules, at: now)
    limits = serving.policy.limits
    keepLossRules()
  }

  /// Nothing is spent any more: credit goes back, and everything is written down.
  func close() async {
    await returnCredit()
    await books.finish(credit == nil ? admission.marks(at: DataPlane.wallTime()) : [])
  }
}

extension Till {
  /// Nobody was asked after all.
  func giveBack(_ reservation: consuming Reservation) {
    admission.release(reservation, at: DataPlane.wallTime())
    wakeLine()
  }

  /// Calls that wait for room look again where some was given back.
  func wakeLine() { line.wake(admission.hasWakes ? admission.takeWakes() : []) }

}
