// Rows: the open state file, with the statements that are run again and again.
import Exchange

/// Marks, leases and receipts as rows. Used by one thread at a time.
final class Rows {
  // In this order, so that statements end before the connection.
  private let putMark: Statement
  private let dropMark: Statement
  private let dropExpired: Statement
  private let putLease: Statement
  private let dropLease: Statement
  private let putReceipt: Statement
  private let pruning: Pruning
  private let outbox: Outbox
  let database: Database

  /// Commits wait for the disk.
  private var isSynchronous = true
  private var prunedAt = WallTime(milliseconds: .min)

  init(path: String, keeping retention: Retention = Retention()) throws(LedgerError) {
    let database = try Database(path: path)
    try Schema.open(database)
    putMark = try database.prepare(MarkRow.insert)
    dropMark = try database.prepare(MarkRow.delete)
    dropExpired = try database.prepare(MarkRow.deleteExpired)
    putLease = try database.prepare(LeaseRow.insert)
    dropLease = try database.prepare(LeaseRow.delete)
    putReceipt = try database.prepare(ReceiptRow.insert)
    pruning = try Pruning(retention, in: database)
    outbox = try Outbox(in: database)
    self.database = database
  }

  func marks() throws(LedgerError) -> [MeterMark] {
    let statement = try database.prepare(MarkRow.select)
    var marks: [MeterMark] = []
    while try database.step(statement) { marks.append(MarkRow.read(statement)) }
    return marks
  }

  func marks(of meters: [MeterName]) throws(LedgerError) -> [MeterMark] {
    var marks: [MeterMark] = []
    for meter in meters {
      let statement = try database.prepare(MarkRow.selectOne)
      MarkRow.bindKey(meter, to: statement)
      while try database.step(statement) { marks.append(MarkRow.read(statement)) }
    }
    return marks
  }

  func leases() throws(LedgerError) -> [LeaseRow] {
    let statement = try database.prepare(LeaseRow.select)
    var leases: [LeaseRow] = []
    while try database.step(statement) { leases.append(LeaseRow.read(statement)) }
    return leases
  }

  func receipts(limit: Int) throws(LedgerError) -> [Receipt] {
    let statement = try database.prepare(ReceiptRow.selectNewest)
    statement.bind(Int64(limit), at: 1)
    return try receipts(statement)
  }

  func receipts(request: RequestID) throws(LedgerError) -> [Receipt] {
    let statement = try database.prepare(ReceiptRow.selectOfRequest)
    statement.bind(request.description, at: 1)
    return try receipts(statement)
  }

  func unreported(limit: Int) throws(LedgerError) -> Unreported? { try outbox.unreported(limit: limit, in: database) }

  func reported(upTo number: ReceiptNumber) throws(LedgerError) {
    try wait(forDisk: false)
    try outbox.reported(upTo: number, in: database)
  }

  func write(marks: [MeterMark] = [], leases: [LeaseRow] = [], receipts: [Receipt] = [], at now: WallTime)
    throws(LedgerError)
  {
    try wait(forDisk: !marks.isEmpty || !leases.isEmpty)
    try database.transaction { () throws(LedgerError) in
      for mark in marks { try put(mark) }
      for lease in leases { try put(lease) }
      for receipt in receipts {
        ReceiptRow.bind(receipt, to: putReceipt)
        try database.run(putReceipt)
      }
      if !receipts.isEmpty { try pruning.make(roomFor: receipts.count, at: now, in: database) }
      if !marks.isEmpty { try prune(at: now) }
    }
  }

  private func put(_ mark: MeterMark) throws(LedgerError) {
    if mark.used == 0 && !mark.isLease {
      MarkRow.bindKey(mark, to: dropMark)
      try database.run(dropMark)
    } else {
      MarkRow.bind(mark, to: putMark)
      try database.run(putMark)
    }
  }

  private func put(_ lease: LeaseRow) throws(LedgerError) {
    if let counters = lease.counters {
      lease.bind(counters, to: putLease)
      try database.run(putLease)
    } else {
      lease.bindKey(to: dropLease)
      try database.run(dropLease)
    }
  }

  private func receipts(_ statement: borrowing Statement) throws(LedgerError) -> [Receipt] {
    var receipts: [Receipt] = []
    while try database.step(statement) { receipts.append(ReceiptRow.read(statement)) }
    return receipts
  }

  private func wait(forDisk isWanted: Bool) throws(LedgerError) {
    if isSynchronous == isWanted { return }
    try database.run(isWanted ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
    isSynchronous = isWanted
  }

  /// Forgets marks that say nothing any more.
  private func prune(at now: WallTime) throws(LedgerError) {
    guard now < prunedAt || now.milliseconds >= saturatingSum(prunedAt.milliseconds, Limits.pruneEveryMs) else {
      return
    }
    dropExpired.bind(now.milliseconds, at: 1)
    try database.run(dropExpired)
    prunedAt = now
  }
}
