// Outbox: which receipts a daemon has not acknowledged yet (a transactional outbox).
import Exchange

/// A receipt's place in the order of one ledger.
public struct ReceiptNumber: Hashable, Comparable, Sendable {
  public var value: Int64
  public init(_ value: Int64) { self.value = value }
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// Receipts to report, oldest first.
public struct Unreported: Hashable, Sendable {
  public var receipts: [Receipt]
  /// The number of the last: what to say once they have been acknowledged.
  public var upTo: ReceiptNumber
}

struct Outbox: ~Copyable {
  private let getReported: Statement
  private let putReported: Statement
  private let selectAfter: Statement

  init(in database: borrowing Database) throws(LedgerError) {
    let getReported = try database.prepare("SELECT value FROM meta WHERE name = 'reported'")
    // An acknowledgement that was overtaken by a later one takes nothing back.
    let putReported = try database.prepare(
      """
      INSERT INTO meta (name, value) VALUES ('reported', ?1)
      ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)
      """)
    selectAfter = try database.prepare(ReceiptRow.selectAfter)
    self.getReported = getReported
    self.putReported = putReported
  }

  func unreported(limit: Int, in database: borrowing Database) throws(LedgerError) -> Unreported? {
    assert(limit > 0, "\(limit) receipts are asked for: none would be taken for all reported")
    var reported: Int64 = 0
    while try database.step(getReported) { reported = getReported.integer(0) }
    selectAfter.bind(reported, at: 1)
    selectAfter.bind(Int64(limit), at: 2)
    var receipts: [Receipt] = []
    while try database.step(selectAfter) {
      receipts.append(ReceiptRow.read(selectAfter))
      let number = selectAfter.integer(ReceiptRow.numberColumn)
      assert(number > reported, "receipt \(number) comes after \(reported)")
      reported = number
    }
    return receipts.isEmpty ? nil : Unreported(receipts: receipts, upTo: ReceiptNumber(reported))
  }

  func reported(upTo number: ReceiptNumber, in database: borrowing Database) throws(LedgerError) {
    putReported.bind(number.value, at: 1)
    try database.run(putReported)
  }
}
