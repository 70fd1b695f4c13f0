// SetAside: a damaged file out of the way, with its log, and what can still be read of it.
import Exchange
import Glibc

struct SetAside {
  let path: String
  let movedAt: WallTime

  /// Moves the file. A connection may still have it open, if it leaves it as it is on closing.
  init(_ path: String, at now: WallTime) throws(LedgerError) {
    let wanted = "\(path).corrupt-\(Self.text(now))"
    let names = [wanted] + (2...99).map { "\(wanted)-\($0)" }
    guard let free = names.first(where: { FileName.bytes($0) == nil }) else {
      throw LedgerError(cause: .unwritable, path: wanted, detail: "there are too many of that name")
    }
    self.path = free
    movedAt = now
    // The log first: a kill in between leaves a file that is still damaged, never a log without its file.
    for suffix in ["-wal", ""] where FileName.bytes(path + suffix) != nil {
      // SAFETY: both paths are copies that outlive the call.
      guard unsafe rename(path + suffix, free + suffix) == 0 else { throw LedgerError(errno: errno, path: path) }
    }
    // The log's index is made anew from the log.
    // SAFETY: the path is a copy that outlives the call.
    _ = unsafe unlink(path + "-shm")
  }

  func marks() -> [MeterMark] { read(MarkRow.select, MarkRow.read) }

  func leases() -> [LeaseRow] { read(LeaseRow.select, LeaseRow.read) }

  /// Rows up to the first that cannot be read.
  private func read<Row>(_ sql: String, _ read: (borrowing Statement) -> Row) -> [Row] {
    var rows: [Row] = []
    do throws(LedgerError) {
      let database = try Database(path: path, for: .reader)
      let statement = try database.prepare(sql)
      while try database.step(statement) { rows.append(read(statement)) }
    } catch { return rows }
    return rows
  }

  /// `20261121T085312Z` (ISO 8601, basic format).
  private static func text(_ now: WallTime) -> String {
    var seconds = time_t(now.milliseconds / 1000)
    var text = [CChar](repeating: 0, count: 32)
    // SAFETY: all point to variables of this function, and the text is as long as it says.
    unsafe text.withUnsafeMutableBufferPointer { text in
      var parts = unsafe tm()
      unsafe gmtime_r(&seconds, &parts)
      _ = unsafe strftime(text.baseAddress!, text.count, "%Y%m%dT%H%M%SZ", &parts)
    }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
