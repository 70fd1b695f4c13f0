// Database: the owner of a SQLite connection.
internal import CSQLite
import Glibc

/// One connection, used by one thread at a time. Until `closesTidily` it leaves the file and its log as they are when
/// it is closed, so that a damaged file is kept as it was found.
@safe struct Database: ~Copyable {
  // SAFETY: owned here, opened by init and closed by deinit; every Statement of it is finalized before, or keeps the
  // connection alive until it is (sqlite3_close_v2).
  private let handle: OpaquePointer
  let path: String

  enum Access {
    case owner
    /// Sees what was committed when its transaction began, and keeps nobody from writing meanwhile.
    case reader
  }

  /// Once a process, before its first connection; a library that was in use before keeps what it has.
  private static let isConfigured = aigw_sqlite3_count_no_memory() == SQLITE_OK

  init(path: String, for access: Access = .owner) throws(LedgerError) {
    if access == .owner {
      // A new file is for its owner alone: receipts say who asked for what. SQLite gives its log the same mode.
      // SAFETY: the path is a copy that outlives the call.
      let created = unsafe open(path, O_CREAT | O_EXCL | O_CLOEXEC | O_RDWR, 0o600)
      if created >= 0 { _ = Glibc.close(created) }
    }
    var handle: OpaquePointer?
    _ = Self.isConfigured
    // The caller serialises all use, so SQLite's own mutexes are left out.
    let mode = access == .owner ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
    let code = unsafe sqlite3_open_v2(path, &handle, mode | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let opened = unsafe handle else {
      let error = unsafe Self.error(code, of: handle, path: path)
      _ = unsafe sqlite3_close_v2(handle)
      throw error
    }
    // SQLite opens what it may not write for reading, and says so only when it is written to.
    if access == .owner, unsafe sqlite3_db_readonly(opened, "main") == 1 {
      _ = unsafe sqlite3_close_v2(opened)
      throw LedgerError(cause: .unwritable, path: path, detail: "it may only be read")
    }
    _ = unsafe sqlite3_extended_result_codes(opened, 1)
    _ = unsafe sqlite3_busy_timeout(opened, 2000)
    _ = unsafe aigw_sqlite3_leave_on_close(opened, 1)
    unsafe self.handle = opened
    self.path = path
  }

  deinit { _ = unsafe sqlite3_close_v2(handle) }

  /// From now on, closing writes the log back into the file.
  func closesTidily() { _ = unsafe aigw_sqlite3_leave_on_close(handle, 0) }

  /// From now on, closing leaves the file and its log as they are.
  func leavesOnClose() { _ = unsafe aigw_sqlite3_leave_on_close(handle, 1) }

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

  /// The first column of a statement's first row; 0 where there is none.
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
      let error = error(code)
      statement.reset()
      throw error
    }
  }

  /// Runs a statement that answers nothing.
  func run(_ statement: borrowing Statement) throws(LedgerError) {
    while try step(statement) {}
  }

  /// Runs `body` whole or not at all.
  func transaction(_ body: () throws(LedgerError) -> Void) throws(LedgerError) {
    assert(unsafe sqlite3_get_autocommit(handle) != 0, "a transaction of \(path) begins inside another one")
    try run("BEGIN IMMEDIATE")
    do {
      try body()
      try run("COMMIT")
      assert(unsafe sqlite3_get_autocommit(handle) != 0, "a transaction of \(path) goes on after its commit")
    } catch {
      // SQLite has rolled back by itself after some errors; then this one says so and nothing else.
      try? run("ROLLBACK")
      throw error
    }
  }

  var lastRow: Int64 { unsafe sqlite3_last_insert_rowid(handle) }
  /// Rows that the statement before changed.
  var changes: Int { unsafe Int(sqlite3_changes(handle)) }

  private func error(_ code: Int32) -> LedgerError { unsafe Self.error(code, of: handle, path: path) }

  // SAFETY: SQLite's message is copied before the next call on the handle.
  private static func error(_ code: Int32, of handle: OpaquePointer?, path: String) -> LedgerError {
    let detail = unsafe String(cString: sqlite3_errmsg(handle))
    let system = unsafe handle == nil ? 0 : sqlite3_system_errno(handle)
    return LedgerError(cause: LedgerError.Cause(code, system: system), path: path, detail: detail)
  }
}

extension LedgerError.Cause {
  /// From SQLite's result code, and the system's where SQLite only knows that something failed.
  init(_ code: Int32, system: Int32) {
    let isFull = [ENOSPC, EDQUOT, EFBIG].contains(system)
    self =
      switch code & 0xff {
      case SQLITE_FULL: .full
      case SQLITE_IOERR where isFull, SQLITE_CANTOPEN where isFull: .full
      case SQLITE_IOERR where [EROFS, EACCES, EPERM].contains(system): .unwritable
      case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: .unwritable
      case SQLITE_BUSY, SQLITE_LOCKED: .inUse(by: nil)
      case SQLITE_CORRUPT, SQLITE_NOTADB: .unreadable
      default: .failed
      }
  }
}
