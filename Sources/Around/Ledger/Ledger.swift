// Ledger: marks and receipts on disk. A granted lease survives the loss of power, a receipt the loss of the process.
import Exchange
import Synchronization

/// The state file of one sidecar. Its calls block on the disk: they belong on a worker thread, one at a time and in
/// the order of the decisions they record; a mutex keeps stray ones apart.
public final class Ledger: Sendable {
  public let path: String
  private let rows: Mutex<Rows?>

  /// Opens or creates the file, and keeps every other process from doing so until `close`. A damaged file is refused
  /// and left as it is.
  public init(path: String) throws(LedgerError) {
    self.path = path
    let rows = try Rows(path: path)
    self.rows = Mutex(rows)
  }

  /// Every mark on record, expired ones included.
  public func marks() throws(LedgerError) -> [MeterMark] {
    try use { rows throws(LedgerError) in try rows.marks() }
  }

  /// Writes all or nothing. With marks, the call returns when they have reached the disk: a lease must survive a loss
  /// of power before it may be spent; receipts ride along. Receipts alone are only appended to the log: they survive
  /// a kill at any moment, and a loss of power may take those since the last marks.
  ///
  /// A mark replaces the one of its meter; one that is exact and counts nothing removes it.
  public func write(marks: [MeterMark] = [], receipts: [Receipt] = []) throws(LedgerError) {
    guard !marks.isEmpty || !receipts.isEmpty else { return }
    try use { rows throws(LedgerError) in try rows.write(marks: marks, receipts: receipts) }
  }

  /// The newest receipts, newest first.
  public func receipts(limit: Int) throws(LedgerError) -> [Receipt] {
    try use { rows throws(LedgerError) in try rows.receipts(limit: limit) }
  }

  /// Writes the log back into the file and lets other processes have it. Closing twice does nothing.
  public func close() {
    rows.withLock { $0 = nil }
  }

  private func use<Answer: Sendable>(
    _ body: (borrowing Rows) throws(LedgerError) -> Answer
  ) throws(LedgerError) -> Answer {
    try rows.withLock { rows throws(LedgerError) in
      guard let rows else { throw LedgerError(cause: .closed, path: path, detail: "") }
      return try body(rows)
    }
  }
}
