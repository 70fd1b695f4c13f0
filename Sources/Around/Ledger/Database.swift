// Database: the owner of a SQLite connection.
internal import CSQLite
import Glibc

/// One connection, used by one thread at a time. Closing it writes the log back into the file.
@safe struct Database: ~Copyable {
  // SAFETY: owned here, opened by init and closed by deinit; every Statement of it is finalized before, or keeps the
  // connection alive until it is (sqlite3_close_v2).
  private let handle: OpaquePointer
  let path: String

  init(path: String) throws(LedgerError) {
    // A new file is for its owner alone: receipts say who asked for what. SQLite gives its log the same mode.
    // SAFETY: the path is a copy that outlives the call.
    let created = unsafe open(path, O_CREAT | O_EXCL | O_CLOEXEC | O_RDWR, 0o600)
    if created >= 0 { _ = Glibc.close(created) }
    var handle: OpaquePointer?
    // The caller serialises all use, so SQLite's own mutexes are left out.
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK, let opened = unsafe handle else {
      let error = unsafe LedgerError(code: code, path: path, detail: Self.message(handle))
      _ = unsafe sqlite3_close_v2(handle)
      throw error
    }
    unsafe self.handle = opened
    self.path = path
    _ = unsafe sqlite3_extended_result_codes(opened, 1)
    _ = unsafe sqlite3_busy_timeout(opened, 2000)
  }

  deinit { _ = unsafe sqlite3_close_v2(handle) }

  /// Runs statements that answer nothing.
  func run(_ sql: String) throws(LedgerError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code) }
  }

  func prepare(_ sql: String) throws(LedgerError) -> Statement {
    var statement: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let prepared = unsafe statement else { throw error(code) }
    return unsafe Statement(prepared)
  }

  /// The first column of a statement's first row.
  func number(_ sql: String) throws(LedgerError) -> Int64 {
    let statement = try prepare(sql)
    return try step(statement) ? statement.integer(0) : 0
  }

  /// Whether there is a row; a statement that has none is ready to run again.
  func step(_ statement: borrowing Statement) throws(LedgerError) -> Bool {
    let code = statement.step()
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      statement.reset()
      return false
    default:
      statement.reset()
      throw error(code)
    }
  }

  /// Runs `body` whole or not at all.
  func transaction(_ body: () throws(LedgerError) -> Void) throws(LedgerError) {
    try run("BEGIN IMMEDIATE")
    do {
      try body()
      try run("COMMIT")
    } catch {
      // SQLite has rolled back by itself after some errors; then this one says so and nothing else.
      try? run("ROLLBACK")
      throw error
    }
  }

  var lastRow: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  private func error(_ code: Int32) -> LedgerError {
    unsafe LedgerError(code: code, path: path, detail: Self.message(handle))
  }

  // SAFETY: SQLite's message is copied before the next call on the handle.
  private static func message(_ handle: OpaquePointer?) -> String { unsafe String(cString: sqlite3_errmsg(handle)) }
}

extension LedgerError {
  fileprivate init(code: Int32, path: String, detail: String) {
    let cause: Cause =
      switch code & 0xff {
      case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: .unwritable
      case SQLITE_BUSY, SQLITE_LOCKED: .inUse(by: nil)
      case SQLITE_CORRUPT, SQLITE_NOTADB: .unreadable
      case SQLITE_FULL: .full
      default: .failed
      }
    self.init(cause: cause, path: path, detail: detail)
  }
}
