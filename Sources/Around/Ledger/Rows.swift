// Rows: the open state file, with the statements that are run again and again.
import Exchange

/// Marks and receipts as rows. Only `Ledger` uses it, under its mutex.
final class Rows {
  // In this order, so that statements end before the connection, and the connection before the lock.
  private let putMark: Statement
  private let dropMark: Statement
  private let dropExpired: Statement
  private let putReceipt: Statement
  private let dropReceipts: Statement
  private let database: Database
  private let lock: OwnerLock

  /// Commits wait for the disk.
  private var isSynchronous = true
  private var prunedAt = WallTime(milliseconds: .min)
  private let receiptsMax: Int64

  init(path: String, receiptsMax: Int64 = Limits.receiptsMax) throws(LedgerError) {
    let lock = try OwnerLock(beside: path)
    let database = try Database(path: path)
    try Schema.open(database)
    try database.run("PRAGMA synchronous = FULL")
    putMark = try database.prepare(MarkRow.insert)
    dropMark = try database.prepare(MarkRow.delete)
    dropExpired = try database.prepare("DELETE FROM mark WHERE expires_ms <= ?1")
    putReceipt = try database.prepare(ReceiptRow.insert)
    dropReceipts = try database.prepare("DELETE FROM receipt WHERE number <= ?1")
    self.database = database
    self.lock = lock
    self.receiptsMax = receiptsMax
  }

  func marks() throws(LedgerError) -> [MeterMark] {
    let statement = try database.prepare(MarkRow.select)
    var marks: [MeterMark] = []
    while try database.step(statement) { marks.append(MarkRow.read(statement)) }
    return marks
  }

  func receipts(limit: Int) throws(LedgerError) -> [Receipt] {
    let statement = try database.prepare(ReceiptRow.select)
    statement.bind(Int64(limit), at: 1)
    var receipts: [Receipt] = []
    while try database.step(statement) { receipts.append(ReceiptRow.read(statement)) }
    return receipts
  }

  func write(marks: [MeterMark], receipts: [Receipt]) throws(LedgerError) {
    if isSynchronous == marks.isEmpty {
      try database.run(marks.isEmpty ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL")
      isSynchronous = !marks.isEmpty
    }
    try database.transaction { () throws(LedgerError) in
      for mark in marks {
        let isEmpty = mark.used == 0 && !mark.isLease
        if isEmpty { MarkRow.bindKey(mark, to: dropMark) } else { MarkRow.bind(mark, to: putMark) }
        _ = try isEmpty ? database.step(dropMark) : database.step(putMark)
      }
      for receipt in receipts {
        ReceiptRow.bind(receipt, to: putReceipt)
        _ = try database.step(putReceipt)
      }
      if !receipts.isEmpty && database.lastRow > receiptsMax {
        dropReceipts.bind(database.lastRow - receiptsMax, at: 1)
        _ = try database.step(dropReceipts)
      }
      if let now = marks.last?.asOf { try prune(at: now) }
    }
  }

  /// Forgets marks that say nothing any more.
  private func prune(at now: WallTime) throws(LedgerError) {
    guard now < prunedAt || now.milliseconds >= saturatingSum(prunedAt.milliseconds, Limits.pruneEveryMs) else {
      return
    }
    dropExpired.bind(now.milliseconds, at: 1)
    _ = try database.step(dropExpired)
    prunedAt = now
  }
}
