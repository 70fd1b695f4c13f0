// Rows+Anew: a file whose name was deleted is written to disk again from the one still open.
import Glibc

extension Rows {
  /// Copies everything into a new file of the old name. To be opened anew afterwards.
  func writeAnew() throws(LedgerError) {
    let path = database.path
    let copy = path + "-copy"
    // SAFETY: the path is a copy that outlives the call.
    _ = unsafe unlink(copy)
    // SQLite fills an empty file and keeps its mode: for the owner alone, as the ledger.
    // SAFETY: as above.
    let descriptor = unsafe Glibc.open(copy, O_CREAT | O_EXCL | O_CLOEXEC | O_RDWR, 0o600)
    guard descriptor >= 0 else { throw LedgerError(errno: errno, path: path) }
    defer { _ = Glibc.close(descriptor) }
    let statement = try database.prepare("VACUUM INTO ?1")
    statement.bind(copy, at: 1)
    try database.run(statement)
    guard fsync(descriptor) == 0 else { throw LedgerError(errno: errno, path: path) }
    // What is in the old log is in the copy; beside the copy it would be taken for its own.
    // SAFETY: the paths are copies that outlive the calls.
    for suffix in ["-wal", "-shm"] { _ = unsafe unlink(path + suffix) }
    guard unsafe rename(copy, path) == 0 else { throw LedgerError(errno: errno, path: path) }
  }

  /// Writes all of the log into the file and waits for the disk.
  func emptyLog() throws(LedgerError) {
    // Its first column tells of a reader that still needs the log.
    if try database.number("PRAGMA wal_checkpoint(TRUNCATE)") != 0 {
      throw LedgerError(cause: .inUse(by: nil), path: database.path, detail: "")
    }
  }
}
