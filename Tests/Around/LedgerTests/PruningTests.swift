import Exchange
import Testing

@testable import Ledger

@Suite struct PruningTests {
  private let folder = Folder()
  private var path: String { folder.file("state.db") }
  private let now = WallTime(milliseconds: 1_790_000_000_000)

  private func numbers(_ rows: Rows) throws -> [Int] {
    try rows.receipts(limit: 10_000).reversed().map { Int($0.request.low) }
  }

  @Test func onlyTheNewestReceiptsAreKept() throws {
    let rows = try Rows(path: path, keeping: Retention(receiptsMax: 10))
    for number in 1...25 { try rows.write(receipts: [Sample.receipt(number)], at: now) }
    #expect(try numbers(rows) == Array(16...25))
  }

  @Test func receiptsThatAreTooOldAreDropped() throws {
    let rows = try Rows(path: path, keeping: Retention(retentionMs: 1000))
    for (number, age) in [900, 1000, 1001, 2000, -50].enumerated() {
      try rows.write(receipts: [Sample.receipt(number, endedAt: now.milliseconds - Int64(age))], at: now)
    }
    #expect(try numbers(rows) == [0, 1, 4])
  }

  @Test func aReceiptFromTheFutureKeepsNoneOfTheOthers() throws {
    let rows = try Rows(path: path, keeping: Retention(retentionMs: 1000))
    try rows.write(receipts: [Sample.receipt(1, endedAt: .max), Sample.receipt(2, endedAt: now.milliseconds)], at: now)
    try rows.write(
      receipts: [Sample.receipt(3, endedAt: now.milliseconds + 2000)],
      at: WallTime(milliseconds: now.milliseconds + 2000)
    )
    #expect(try numbers(rows) == [1, 3])
  }

  @Test func aShortenedRetentionComesTrueOverTheNextWritesAndTheFileShrinks() throws {
    let rows = try Rows(path: path)
    for start in stride(from: 0, to: 20_000, by: 1000) {
      try rows.write(receipts: (start..<start + 1000).map { Sample.receipt($0) }, at: now)
    }
    let before = try rows.database.number("PRAGMA page_count")
    let shorter = try Rows(path: path, keeping: Retention(receiptsMax: 100))
    var left = 20_000
    var pages = before
    var writes = 0
    while writes < 1000 {
      writes += 1
      try shorter.write(receipts: [Sample.receipt(20_000 + writes)], at: now)
      let count = Int(try shorter.database.number("SELECT count(*) FROM receipt"))
      let size = try shorter.database.number("PRAGMA page_count")
      #expect(left - count <= Limits.dropsPerWrite + 1)
      // A page of SQLite's own map of pages may go with them.
      #expect(pages - size <= Int64(Limits.pagesReturnedPerWrite) + 1)
      (left, pages) = (count, size)
    }
    #expect(left == 100)
    #expect(before > Limits.freePagesMax + 500 && pages <= Limits.freePagesMax + 100)
    #expect(try shorter.database.number("PRAGMA freelist_count") <= Limits.freePagesMax)
  }
}
