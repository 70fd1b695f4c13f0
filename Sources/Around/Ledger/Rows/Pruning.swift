// Pruning: old receipts make room for new ones (retention), a few with every write.
import Exchange

/// How many receipts are kept, and for how long.
public struct Retention: Hashable, Sendable {
  /// The newest that are kept, at least one.
  public var receiptsMax: Int
  /// Receipts that ended earlier than this before now are dropped; nil: age is no reason.
  public var retentionMs: Int64?

  public init(receiptsMax: Int = 1_000_000, retentionMs: Int64? = nil) {
    self.receiptsMax = receiptsMax
    self.retentionMs = retentionMs
  }
}

/// Drops receipts and gives pages back, bounded per write, so that none takes long; a shortened retention comes true
/// over the next writes. The newest receipt is never dropped: the next one's number counts from it.
struct Pruning: ~Copyable {
  private let receiptsMax: Int64
  private let retentionMs: Int64?
  private let dropOldest: Statement
  private let dropAged: Statement
  private let countFreePages: Statement
  private let returnPages: Statement

  init(_ retention: Retention, in database: borrowing Database) throws(LedgerError) {
    let dropOldest = try database.prepare(
      """
      DELETE FROM receipt WHERE number IN (SELECT number FROM receipt WHERE number <= ?1 ORDER BY number LIMIT ?2)
      """)
    let dropAged = try database.prepare(
      """
      DELETE FROM receipt WHERE number IN
        (SELECT number FROM receipt WHERE ended_ms < ?1 AND number < ?2 ORDER BY ended_ms LIMIT ?3)
      """)
    let countFreePages = try database.prepare("PRAGMA freelist_count")
    returnPages = try database.prepare("PRAGMA incremental_vacuum(\(Limits.pagesReturnedPerWrite))")
    self.dropOldest = dropOldest
    self.dropAged = dropAged
    self.countFreePages = countFreePages
    receiptsMax = Int64(max(1, retention.receiptsMax))
    retentionMs = retention.retentionMs
  }

  /// To be called in the transaction that added `count` receipts, after them.
  func make(roomFor count: Int, at now: WallTime, in database: borrowing Database) throws(LedgerError) {
    assert(count > 0, "room is made for \(count) receipts")
    let newest = database.lastRow
    let dropsMax = Int64(2 * count + Limits.dropsPerWrite)
    if newest > receiptsMax {
      dropOldest.bind(newest - receiptsMax, at: 1)
      dropOldest.bind(dropsMax, at: 2)
      try database.run(dropOldest)
      assert(Int64(database.changes) <= dropsMax, "\(database.changes) receipts went, of at most \(dropsMax)")
    }
    if let retentionMs {
      dropAged.bind(saturatingSum(now.milliseconds, -retentionMs), at: 1)
      dropAged.bind(newest, at: 2)
      dropAged.bind(dropsMax, at: 3)
      try database.run(dropAged)
      assert(Int64(database.changes) <= dropsMax, "\(database.changes) receipts went, of at most \(dropsMax)")
    }
    if try freePages(of: database) > Limits.freePagesMax { try database.run(returnPages) }
  }

  private func freePages(of database: borrowing Database) throws(LedgerError) -> Int64 {
    guard try database.step(countFreePages) else { return 0 }
    let count = countFreePages.integer(0)
    countFreePages.reset()
    return count
  }
}
