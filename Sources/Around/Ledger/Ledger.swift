// Ledger: marks, leases and receipts on disk. What allows spending survives the loss of power, a receipt the loss of
// the process.
import Exchange
import Glibc
import Synchronization

/// The state file of one sidecar or daemon. Its calls block on the disk: they belong on a worker thread, one at a time
/// and in the order of the decisions they record; a mutex keeps stray ones apart.
///
/// Every call throws when the file cannot be read or written, and after `close`. A call that fails has written nothing,
/// and takes back nothing that an earlier one wrote. The next one tries again.
public final class Ledger: Sendable {
  public let path: String
  private let file: Mutex<StateFile?>

  /// Opens or creates the file, and keeps every other process from doing so until `close`. A file of an earlier release
  /// is brought up to date. Throws when it cannot be opened, is in use, or is damaged and may not be set aside.
  public init(
    path: String, keeping retention: Retention = Retention(), onCorrupt: OnCorrupt = .refuse
  ) throws(LedgerError) {
    self.path = path
    let file = try StateFile.open(path, keeping: retention, onCorrupt: onCorrupt, at: Self.now)
    self.file = Mutex(file)
  }

  /// Where the last damaged file was moved, at the start or since; nil where there was none.
  public var setAside: String? {
    file.withLock { file in file?.setAside }
  }

  /// Every mark on record, expired ones included.
  public func marks() throws(LedgerError) -> [MeterMark] {
    try use { rows throws(LedgerError) in try rows.marks() }
  }

  /// The marks of these meters; those that have none are left out.
  public func marks(of meters: [MeterName]) throws(LedgerError) -> [MeterMark] {
    try use { rows throws(LedgerError) in try rows.marks(of: meters) }
  }

  /// Every lease on record: what a daemon has granted.
  public func leases() throws(LedgerError) -> [LeaseRow] {
    try use { rows throws(LedgerError) in try rows.leases() }
  }

  /// Writes all or nothing. With marks or leases, the call returns when they have reached the disk: they must survive
  /// a loss of power before what they allow is spent; receipts ride along. Receipts alone are only appended to the
  /// write-ahead log: they survive a kill at any moment, and a loss of power may take those since the last marks or
  /// leases.
  ///
  /// A mark replaces the one of its meter; one that is exact and counts nothing removes it. A lease replaces the one of
  /// its holder and meter; one without counters removes it. A receipt of an attempt that has one already is left out.
  public func write(
    marks: [MeterMark] = [], leases: [LeaseRow] = [], receipts: [Receipt] = []
  ) throws(LedgerError) {
    guard !marks.isEmpty || !leases.isEmpty || !receipts.isEmpty else { return }
    try use { rows throws(LedgerError) in
      try rows.write(marks: marks, leases: leases, receipts: receipts, at: Self.now)
    }
  }

  /// The newest receipts, newest first.
  public func receipts(limit: Int) throws(LedgerError) -> [Receipt] {
    try use { rows throws(LedgerError) in try rows.receipts(limit: limit) }
  }

  /// The receipts of one exchange, in the order of its attempts.
  public func receipts(request: RequestID) throws(LedgerError) -> [Receipt] {
    try use { rows throws(LedgerError) in try rows.receipts(request: request) }
  }

  /// The oldest receipts that have not been reported; nil where all have. Those that were dropped for their age or
  /// number are not waited for.
  public func unreported(limit: Int) throws(LedgerError) -> Unreported? {
    try use { rows throws(LedgerError) in try rows.unreported(limit: limit) }
  }

  /// The daemon has written everything up to `number`. A loss of power may take this back: it is told again then, and
  /// leaves out what it has.
  public func reported(upTo number: ReceiptNumber) throws(LedgerError) {
    try use { rows throws(LedgerError) in try rows.reported(upTo: number) }
  }

  /// Writes the log back into the file and lets other processes have it. Closing twice does nothing.
  public func close() {
    file.withLock { file in
      file?.close()
      file = nil
    }
  }

  /// Throws when there is no file to read from beside the writer.
  func checkInPlace() throws(LedgerError) {
    try use { _ throws(LedgerError) in }
  }

  private func use<Answer: Sendable>(
    _ body: @Sendable (Rows) throws(LedgerError) -> Answer
  ) throws(LedgerError) -> Answer {
    try file.withLock { file throws(LedgerError) in
      guard let answer = try file?.use(at: Self.now, body) else {
        throw LedgerError(cause: .closed, path: path, detail: "")
      }
      return answer
    }
  }

  private static var now: WallTime {
    var now = timespec()
    // SAFETY: the call fills a variable of this function.
    _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
    return WallTime(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
  }
}
