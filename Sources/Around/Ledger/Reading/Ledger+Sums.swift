// Ledger+Sums: questions about many receipts, answered beside the writer.
import Exchange

extension Ledger {
  /// What the receipts that ended in [since, until) add up to, by `keys`. Reads all of them, through a connection of
  /// its own: writes go on meanwhile.
  public func usage(
    by keys: [UsageKey], since: WallTime? = nil, until: WallTime? = nil
  ) throws(LedgerError) -> [UsageRow] {
    try checkInPlace()
    let database = try Database(path: path, for: .reader)
    let select = UsageSums.select(by: keys, hasSince: since != nil, hasUntil: until != nil)
    let statement = try database.prepare(select)
    if let since { statement.bind(since.milliseconds, at: 1) }
    if let until { statement.bind(until.milliseconds, at: 2) }
    var sums = UsageSums(by: keys)
    while try database.step(statement) { sums.add(statement) }
    return sums.sorted()
  }

  /// Receipts on record.
  public func receiptCount() throws(LedgerError) -> Int {
    try checkInPlace()
    let database = try Database(path: path, for: .reader)
    return Int(try database.number("SELECT count(*) FROM receipt"))
  }
}
