// StateFile: the ledger's file in use, and what is done when it is lost.
import Exchange

/// What becomes of a damaged file.
public enum OnCorrupt: Hashable, Sendable {
  /// It is left as it is and nothing is written: no spend can be forgotten.
  case refuse
  /// It is moved to `PATH.corrupt-TIME` with its log, and a new one takes up the marks and leases that could still be
  /// read. What could not be read may be spent a second time; its receipts stay in the file that was moved.
  case setAside
}

/// Keeps other processes off the file and knows it by more than its name. A file that was deleted is written anew from
/// the one still open, one that fails is tried again with the next use, and one that was exchanged is not touched.
struct StateFile: ~Copyable {
  let path: String
  let retention: Retention
  let onCorrupt: OnCorrupt
  /// Where the last damaged file was moved.
  private(set) var setAside: String?
  /// The one whose marks and leases have not been taken up yet.
  private var unread: SetAside?

  // In this order, so that the connection ends before the lock.
  private var rows: Rows?
  private var lock: OwnerLock
  private var file: FileName
  private var log: FileName

  static func open(
    _ path: String, keeping retention: Retention, onCorrupt: OnCorrupt, at now: WallTime
  ) throws(LedgerError) -> StateFile {
    let lock = try OwnerLock(beside: path)
    var file = StateFile(path, lock: lock, keeping: retention, onCorrupt: onCorrupt)
    do throws(LedgerError) { try file.open() } catch { try file.startAnew(after: error, at: now) }
    return file
  }

  private init(_ path: String, lock: consuming OwnerLock, keeping retention: Retention, onCorrupt: OnCorrupt) {
    self.path = path
    self.retention = retention
    self.onCorrupt = onCorrupt
    self.lock = lock
    file = FileName(path)
    log = FileName(path + "-wal")
  }

  /// Runs `body` on the file in its place.
  mutating func use<Answer>(
    at now: WallTime, _ body: @Sendable (Rows) throws(LedgerError) -> Answer
  ) throws(LedgerError) -> Answer {
    do throws(LedgerError) { return try body(try rowsInPlace()) } catch {
      try startAnew(after: error, at: now)
      return try body(try rowsInPlace())
    }
  }

  /// Writes the log back into the file.
  mutating func close() {
    if rows != nil { _ = try? rowsInPlace() }
    rows = nil
  }

  private mutating func rowsInPlace() throws(LedgerError) -> Rows {
    guard let rows else {
      // Opening makes a file where there is none; one without the spend of this process would allow it again.
      if unread == nil, let problem = displaced { throw problem }
      return try open()
    }
    if file.place == .other { throw LedgerError(cause: .replaced, path: path, detail: "") }
    if !lock.isInPlace { lock = try OwnerLock(beside: path) }
    if file.place == .same && log.place == .same { return rows }
    do throws(LedgerError) {
      if file.place == .nothing { try rows.writeAnew() } else { try rows.emptyLog() }
    } catch  where error.cause != .unreadable {
      throw LedgerError(cause: .missing, path: path, detail: error.detail)
    }
    self.rows = nil
    return try open()
  }

  private var displaced: LedgerError? {
    switch file.place {
    case .same: nil
    case .other: LedgerError(cause: .replaced, path: path, detail: "")
    case .nothing: LedgerError(cause: .missing, path: path, detail: "")
    }
  }

  @discardableResult private mutating func open() throws(LedgerError) -> Rows {
    assert(rows == nil, "the ledger \(path) is opened twice, and would be written by two connections")
    // SQLite takes the log of an empty file for rubbish and deletes it.
    if FileName.bytes(path) ?? 0 == 0, FileName.bytes(path + "-wal") ?? 0 > 0 {
      throw LedgerError(cause: .unreadable, path: path, detail: "it is empty, its log is not")
    }
    let opened = try Rows(path: path, keeping: retention)
    if let unread { try opened.write(marks: unread.marks(), leases: unread.leases(), at: unread.movedAt) }
    unread = nil
    file = FileName(path)
    log = FileName(path + "-wal")
    rows = opened
    return opened
  }

  /// Where the file is damaged and may be set aside, a new one takes its place; else the error stands.
  private mutating func startAnew(after error: LedgerError, at now: WallTime) throws(LedgerError) {
    guard error.cause == .unreadable else { throw error }
    assert(error.path == path, "\(error.path) is damaged, and \(path) would be set aside")
    // It is looked at again with the next use: what was damaged may have been restored.
    rows?.database.leavesOnClose()
    guard onCorrupt == .setAside else {
      rows = nil
      throw error
    }
    let aside = try SetAside(path, at: now)
    setAside = aside.path
    unread = aside
    rows = nil
    try open()
  }
}
