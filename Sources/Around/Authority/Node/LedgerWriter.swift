// LedgerWriter: what must be written down before somebody is answered, many at a time.

import Exchange
import Leases
import Ledger
import Reactor

/// Group commit: one write is under way at a time, and whatever came meanwhile goes into the next one, in order.
@EventLoop
final class LedgerWriter {
  private let ledger: Ledger
  private var batch = Batch()
  private var isWriting = false
  private let idle = Waiter()

  /// What one write carries, and who waits for it.
  @EventLoop private final class Batch {
    var records = LeaseRecords()
    var receipts: [Receipt] = []
    var waiting: [Waiter] = []
    var outcome: Result<Void, LedgerError>?
  }

  init(_ ledger: Ledger) { self.ledger = ledger }

  /// Returns when `records` have reached the disk and `receipts` the ledger. Nothing of them is remembered when it
  /// throws: whoever asked will ask again.
  func write(_ records: LeaseRecords = LeaseRecords(), receipts: [Receipt] = []) async throws(LedgerError) {
    if records.isEmpty && receipts.isEmpty { return }
    let batch = batch
    assert(batch.outcome == nil, "records join a batch that has been written already")
    batch.records.marks += records.marks
    batch.records.rows += records.rows
    batch.receipts += receipts
    let done = Waiter()
    batch.waiting.append(done)
    if !isWriting { start() }
    while batch.outcome == nil { await done.wait() }
    try batch.outcome!.get()
  }

  /// Writes what is left and closes the ledger.
  func close() async {
    while isWriting { await idle.wait() }
    assert(batch.waiting.isEmpty, "\(batch.waiting.count) wait to be written, and the ledger closes")
    let ledger = ledger
    await Workers.run { ledger.close() }
  }

  private func start() {
    assert(!isWriting, "a second write begins while one is under way")
    isWriting = true
    EventLoop.spawn { [self] in
      while !batch.waiting.isEmpty {
        let full = batch
        batch = Batch()
        full.outcome = await write(full)
        assert(batch !== full, "a batch is filled again that has been written")
        for waiter in full.waiting { waiter.wake() }
      }
      isWriting = false
      idle.wake()
    }
  }

  private func write(_ batch: Batch) async -> Result<Void, LedgerError> {
    let (ledger, records, receipts) = (ledger, batch.records, batch.receipts)
    return await Workers.run {
      do throws(LedgerError) {
        return .success(try ledger.write(marks: records.marks, leases: records.rows, receipts: receipts))
      } catch { return .failure(error) }
    }
  }
}
