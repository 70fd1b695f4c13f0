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
    /// Marks kept likewise.
    static let marksMax = 100_000
  }

  private let ledger: Ledger
  private let metrics: Metrics
  private let log: Logger
  private var receipts: [Receipt] = []
  private var marks: [MeterMark] = []
  private var waiting: [LeaseWait] = []
  private var isWriting = false
  private let idle = Waiter()
  /// Marks that could not be written are written once that is possible, for they are spent up to all the same.
  var keepsUnwritten = false
  /// Why the ledger could not be written the last time it was tried; nil where it could.
  private var problem: String?
  private var setAside: String?
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
    let (problem, setAside) = await Workers.run { () -> (String?, String?) in
      do throws(LedgerError) {
        try ledger.write(marks: newMarks, receipts: newReceipts)
        return (nil, ledger.setAside)
      } catch { return (error.description, ledger.setAside) }
    }
    note(problem)
    tell(setAside: setAside)
    if problem != nil { keep(newReceipts, newMarks) }
    for waiter in waiters {
      waiter.isDurable = problem == nil
      waiter.done.wake()
    }
    return problem == nil
  }

  /// What was not written comes before what has come since.
  private func keep(_ oldReceipts: [Receipt], _ oldMarks: [MeterMark]) {
    let all = oldReceipts + receipts
    metrics.receiptsLost += max(0, all.count - Limits.receiptsMax)
    receipts = Array(all.suffix(Limits.receiptsMax))
    if keepsUnwritten {
      // The newest of each meter says it all.
      let newest = Dictionary((oldMarks + marks).map { (MeterName($0), $0) }) { $1 }
      marks = Array(newest.values.prefix(Limits.marksMax))
    }
    timer?.set(milliseconds: Limits.retryMs)
  }

  /// Tells people once that a damaged ledger was moved to `path`, and a new one begun.
  func tell(setAside path: String?) {
    guard let path, path != setAside else { return }
    setAside = path
    log.error(
      "the ledger was damaged; what could not be read of it may be spent a second time",
      metadata: ["setAside": "\(path)"])
  }

  /// Counts every failure, and tells people when it begins, changes and ends.
  private func note(_ next: String?) {
    defer { problem = next }
    metrics.isLedgerUp = next == nil
    if let next {
      metrics.ledgerFailures += 1
      if next != problem {
        log.error(
          "ledger not written",
          metadata: ["reason": "\(next)", "calls": keepsUnwritten ? "go on, counted in memory" : "are refused"])
      }
    } else if problem != nil {
      log.info("ledger written again")
    }
  }
}
