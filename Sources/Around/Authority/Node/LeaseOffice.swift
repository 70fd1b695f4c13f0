// LeaseOffice: the lease desk with its clock, its ledger and its counter: wishes in, grants out when they are durable.

import Exchange
import Leases
import Ledger
import Meters
import Reactor

/// Grants leases of the budgets in force. A grant is on disk before it is answered, so that a kill at any moment leaves
/// no credit that nobody remembers.
@EventLoop
final class LeaseOffice {
  private var desk = LeaseDesk()
  private let ledger: Ledger
  private let writer: LedgerWriter
  private var timer: Timer?
  /// Credit is granted even while it cannot be written down: `onLedgerLoss: failOpen`.
  var grantsUnwritten = false
  /// What was granted so, the newest of each meter and account; it is written as soon as that is possible.
  private var owedMarks: [MeterName: MeterMark] = [:]
  private var owedRows: [LeaseAccount: LeaseRow] = [:]

  private struct LeaseAccount: Hashable {
    let holder: HolderName
    let meter: MeterName
  }

  /// Told which holders are to give back what they do not need.
  var onRecall: (@EventLoop ([LeaseRecall]) -> Void)?
  /// Told when an expired lease could not be written down.
  var onProblem: (@EventLoop (LedgerError) -> Void)?

  /// Takes up the leases and marks that `ledger` remembers. Blocks; throws when it cannot be read.
  init(_ ledger: Ledger, _ writer: LedgerWriter) throws(LedgerError) {
    self.ledger = ledger
    self.writer = writer
    var records = LeaseRecords()
    records.marks = try ledger.marks()
    records.rows = try ledger.leases()
    desk.restore(records, at: .now)
    timer = Timer { [unowned self] in expire() }
    timer?.set(milliseconds: Limits.expireEveryMs)
  }

  func replace(rules: [BudgetRule]) { recall(desk.replace(rules: rules, at: .now)) }

  /// Nothing that was granted waits to be written down.
  var owesNothing: Bool { owedMarks.isEmpty && owedRows.isEmpty }

  /// Throws when the grants could not be written down and had to be; then nothing was granted.
  func lease(_ wishes: [LeaseWish], of holder: HolderName) async throws(LedgerError) -> [LeaseGrant] {
    let unread = desk.unread(wishes, at: .now)
    if !unread.isEmpty { desk.recollect(try await marks(of: unread), of: unread, at: .now) }
    let answer = desk.lease(wishes, of: holder, at: .now)
    recall(answer.recalls)
    assert(
      answer.records.rows.allSatisfy { $0.holder == holder }, "another holder's accounts are written for a wish")
    try await write(answer.records)
    return answer.grants
  }

  private func write(_ records: LeaseRecords) async throws(LedgerError) {
    var all = LeaseRecords()
    all.marks = owedMarks.values + records.marks
    all.rows = owedRows.values + records.rows
    (owedMarks, owedRows) = ([:], [:])
    do throws(LedgerError) { try await writer.write(all) } catch {
      desk.noted(all, areWritten: false)
      guard grantsUnwritten else { throw error }
      owe(all)
      onProblem?(error)
      return
    }
    desk.noted(all, areWritten: true)
  }

  /// What other calls have come to owe meanwhile is newer.
  private func owe(_ records: LeaseRecords) {
    owedMarks.merge(records.marks.map { (MeterName($0), $0) }) { $0.asOf >= $1.asOf ? $0 : $1 }
    owedRows.merge(records.rows.map { (LeaseAccount(holder: $0.holder, meter: $0.meter), $0) }) {
      $0.seenAt >= $1.seenAt ? $0 : $1
    }
  }

  private func marks(of meters: [MeterName]) async throws(LedgerError) -> [MeterMark] {
    let ledger = ledger
    let read = await Workers.run { () -> Result<[MeterMark], LedgerError> in
      do throws(LedgerError) { return .success(try ledger.marks(of: meters)) } catch { return .failure(error) }
    }
    return try read.get()
  }

  func readings(of name: BudgetName? = nil) -> [BudgetReading] { desk.readings(at: .now, of: name) }

  /// Accounts on which something is spent, a bounded number in each step of `walk`.
  func readings(of names: Set<BudgetName>, walk: inout AccountWalk, atMost countMax: Int) -> [BudgetReading] {
    desk.readings(of: names, at: .now, walk: &walk, atMost: countMax)
  }

  func close() {
    timer?.close()
    timer = nil
  }

  private func recall(_ recalls: [LeaseRecall]) { if !recalls.isEmpty { onRecall?(recalls) } }

  /// Holders that have fallen silent lose what they held.
  private func expire() {
    timer?.set(milliseconds: Limits.expireEveryMs)
    let records = desk.expire(at: .now)
    if records.isEmpty { return }
    EventLoop.spawn { [self] in
      do throws(LedgerError) { try await write(records) } catch { onProblem?(error) }
    }
  }
}
