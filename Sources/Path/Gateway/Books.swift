// Books: what must be written down, gathered and written off the loop: receipts when convenient, leases at once.

import Exchange
import Ledger
import Logging
import Reactor
import Telemetry

/// Group commit: one write is under way at a time, and whatever came meanwhile goes into the next one. No reply ever
/// waits for a receipt; a call waits for a lease only when none was asked for in time.
@EventLoop
final class Books {
  enum Limits {
    /// Receipts gathered before they are written without waiting for the timer.
    static let receiptsPerWrite = 256
    /// Often, so that each write is short: on a shared core a long one would be felt by the calls of that moment.
    static let writeEveryMs: Int64 = 20
    /// After a write that failed.
    static let retryMs: Int64 = 1_000
    /// Receipts kept while the ledger cannot be written; beyond this the oldest are lost and counted.
    static let receiptsMax = 100_000
  }

  private let ledger: Ledger
  private let metrics: Metrics
  private let log: Logger
  private var receipts: [Receipt] = []
  private var marks: [MeterMark] = []
  private var waiting: [LeaseWait] = []
  private var isWriting = false
  private let idle = Waiter()
  private var timer: Timer?

  @EventLoop private final class LeaseWait {
    let done = Waiter()
    var isDurable: Bool?
  }

  init(_ ledger: Ledger, metrics: Metrics, log: Logger) {
    self.ledger = ledger
    self.metrics = metrics
    self.log = log
    timer = Timer { [unowned self] in write() }
  }

  func record(_ receipt: Receipt) {
    receipts.append(receipt)
    if receipts.count == Limits.receiptsPerWrite {
      write()
    } else if receipts.count == 1 {
      timer?.set(milliseconds: Limits.writeEveryMs)
    }
  }

  /// Makes `wanted` durable; false when the ledger cannot be written.
  func lease(_ wanted: [MeterMark]) async -> Bool {
    marks += wanted
    let wait = LeaseWait()
    waiting.append(wait)
    write()
    while wait.isDurable == nil { await wait.done.wait() }
    return wait.isDurable!
  }

  /// What is on record of `meters`; nil when the ledger cannot be read.
  func marks(of meters: [MeterName]) async -> [MeterMark]? {
    let ledger = ledger
    let (marks, problem) = await Workers.run { () -> ([MeterMark]?, String?) in
      do throws(LedgerError) { return (try ledger.marks(of: meters), nil) } catch { return (nil, error.description) }
    }
    if let problem { log.error("ledger not read", metadata: ["reason": "\(problem)"]) }
    return marks
  }

  /// Writes `exact` in place of the leases, and everything else.
  func finish(_ exact: [MeterMark]) async {
    timer?.close()
    timer = nil
    _ = await lease(exact)
    while isWriting { await idle.wait() }
  }

  func close() async {
    let ledger = ledger
    await Workers.run { ledger.close() }
  }

  private func write() {
    if isWriting || !hasWork { return }
    isWriting = true
    EventLoop.spawn { [self] in
      // A failed write is tried again by the timer, except for those who wait to hear of it.
      while hasWork { if await !writeOnce(), waiting.isEmpty { break } }
      isWriting = false
      idle.wake()
    }
  }

  private var hasWork: Bool { !receipts.isEmpty || !marks.isEmpty || !waiting.isEmpty }

  private func writeOnce() async -> Bool {
    let (newReceipts, newMarks, waiters) = (receipts, marks, waiting)
    receipts.removeAll(keepingCapacity: newReceipts.count <= Limits.receiptsPerWrite)
    marks.removeAll()
    waiting.removeAll()
    let ledger = ledger
    let problem = await Workers.run { () -> String? in
      do throws(LedgerError) {
        try ledger.write(marks: newMarks, receipts: newReceipts)
        return nil
      } catch { return error.description }
    }
    if let problem {
      metrics.ledgerFailures += 1
      log.error("ledger not written", metadata: ["reason": "\(problem)"])
      receipts = Array((newReceipts + receipts).suffix(Limits.receiptsMax))
      timer?.set(milliseconds: Limits.retryMs)
    }
    for waiter in waiters {
      waiter.isDurable = problem == nil
      waiter.done.wake()
    }
    return problem == nil
  }
}
