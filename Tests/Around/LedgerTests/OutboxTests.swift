import Exchange
import Testing

@testable import Ledger

@Suite struct OutboxTests {
  private let folder = Folder()
  private var path: String { folder.file("state.db") }

  @Test func receiptsAreToldOldestFirstUntilTheyAreAcknowledged() throws {
    let ledger = try Ledger(path: path)
    #expect(try ledger.unreported(limit: 2) == nil)
    try ledger.write(receipts: (1...5).map { Sample.receipt($0) })
    let first = try #require(try ledger.unreported(limit: 2))
    #expect(first.receipts == [Sample.receipt(1), Sample.receipt(2)])
    #expect(try ledger.unreported(limit: 2) == first)
    try ledger.reported(upTo: first.upTo)
    let second = try #require(try ledger.unreported(limit: 9))
    #expect(second.receipts == (3...5).map { Sample.receipt($0) })
    try ledger.reported(upTo: second.upTo)
    #expect(try ledger.unreported(limit: 9) == nil)
  }

  @Test func anAcknowledgementThatWasOvertakenTakesNothingBack() throws {
    let ledger = try Ledger(path: path)
    try ledger.write(receipts: (1...3).map { Sample.receipt($0) })
    try ledger.reported(upTo: ReceiptNumber(2))
    try ledger.reported(upTo: ReceiptNumber(1))
    #expect(try ledger.unreported(limit: 9)?.receipts == [Sample.receipt(3)])
  }

  @Test func whatWasAcknowledgedIsRememberedAcrossARestart() throws {
    let ledger = try Ledger(path: path)
    try ledger.write(receipts: (1...3).map { Sample.receipt($0) })
    try ledger.reported(upTo: ReceiptNumber(2))
    ledger.close()
    let again = try Ledger(path: path)
    #expect(try again.unreported(limit: 9)?.receipts == [Sample.receipt(3)])
  }

  @Test(arguments: [Retention(receiptsMax: 0), Retention(retentionMs: 1)])
  func receiptsWrittenAfterAllOthersWereDroppedAreStillTold(retention: Retention) throws {
    for round in 1...3 {
      let ledger = try Ledger(path: path, keeping: retention)
      try ledger.write(receipts: [Sample.receipt(round * 2, endedAt: 5), Sample.receipt(round * 2 + 1, endedAt: 6)])
      let told = try #require(try ledger.unreported(limit: 9))
      #expect(told.receipts == [Sample.receipt(round * 2 + 1, endedAt: 6)])
      try ledger.reported(upTo: told.upTo)
      ledger.close()
    }
  }
}
