import Exchange
import Foundation
import Testing

@testable import Ledger

@Suite struct LedgerTests {
  private let folder = Folder()
  private var path: String { folder.file("state.db") }

  @Test func marksAndReceiptsComeBackAsTheyWereWritten() throws {
    let ledger = try Ledger(path: path)
    let refused = Sample.refusal(7)
    let marks = [Sample.mark("", 5), Sample.mark("alice", .max, expires: .max, lease: false)]
    try ledger.write(marks: marks, receipts: [Sample.receipt(1), Sample.receipt(2)])
    try ledger.write(receipts: [refused])
    #expect(try ledger.marks() == marks)
    #expect(try ledger.receipts(limit: 2) == [refused, Sample.receipt(2)])
    ledger.close()
    let again = try Ledger(path: path)
    #expect(try again.marks() == marks)
    #expect(try again.receipts(limit: 9) == [refused, Sample.receipt(2), Sample.receipt(1)])
  }

  @Test func aMarkReplacesItsMetersAndAnExactOneOfNothingRemovesIt() throws {
    let ledger = try Ledger(path: path)
    try ledger.write(marks: [Sample.mark("alice", 5), Sample.mark("bob", 6)])
    try ledger.write(marks: [
      Sample.mark("alice", 50), Sample.mark("bob", 0, lease: false), Sample.mark("carol", 0, lease: false),
    ])
    #expect(try ledger.marks() == [Sample.mark("alice", 50)])
  }

  @Test func theMarksOfSingleMetersAreReadAlone() throws {
    let ledger = try Ledger(path: path)
    let marks = [Sample.mark("alice", 5), Sample.mark("bob", 6), Sample.mark("", 7)]
    try ledger.write(marks: marks)
    let wanted = [MeterName(marks[1]), MeterName(Sample.mark("carol", 1)), MeterName(marks[2])]
    #expect(try ledger.marks(of: wanted) == [marks[1], marks[2]])
  }

  @Test func expiredMarksAreForgottenAsTimeGoesOn() throws {
    let rows = try Rows(path: path)
    let writes: [(key: String, expires: Int64?, at: Int64, left: [String])] = [
      ("old", 50_000, 1000, ["old"]), ("open", nil, 1000, ["old", "open"]),
      ("new", nil, 60_999, ["new", "old", "open"]), ("new", nil, 61_000, ["new", "open"]),
    ]
    for write in writes {
      let mark = Sample.mark(write.key, 5, at: write.at, expires: write.expires)
      try rows.write(marks: [mark], at: WallTime(milliseconds: write.at))
      #expect(try rows.marks().map(\.key) == write.left)
    }
  }

  @Test func aLeaseReplacesItsHoldersAndOneWithoutCountersRemovesIt() throws {
    let ledger = try Ledger(path: path)
    let (one, other) = (Sample.lease("one", granted: 5, spent: 0), Sample.lease("other", granted: 0, spent: 9))
    try ledger.write(marks: [Sample.mark("alice", 5)], leases: [one, other])
    let more = Sample.lease("one", granted: .max, spent: 5)
    try ledger.write(leases: [more])
    #expect(try ledger.leases() == [more, other])
    ledger.close()
    let again = try Ledger(path: path)
    #expect(try again.leases() == [more, other])
    var closed = more
    closed.counters = nil
    try again.write(leases: [closed])
    #expect(try again.leases() == [other])
    #expect(try again.marks().count == 1)
  }

  @Test func aReceiptWrittenAgainIsLeftOutAndTheOthersAreNot() throws {
    let ledger = try Ledger(path: path)
    try ledger.write(receipts: [Sample.receipt(1), Sample.receipt(2, attempt: 1)])
    var repeated = Sample.receipt(1)
    repeated.status = 500
    try ledger.write(receipts: [repeated, Sample.receipt(2, attempt: 2), Sample.receipt(1), Sample.receipt(3)])
    #expect(
      try ledger.receipts(limit: 9)
        == [Sample.receipt(3), Sample.receipt(2, attempt: 2), Sample.receipt(2, attempt: 1), Sample.receipt(1)])
    #expect(try ledger.receiptCount() == 4)
  }

  @Test func theReceiptsOfARequestComeInTheOrderOfItsAttempts() throws {
    let ledger = try Ledger(path: path)
    try ledger.write(receipts: [3, 1, 2].map { Sample.receipt(7, attempt: $0) } + [Sample.receipt(8)])
    let found = try ledger.receipts(request: RequestID(high: Sample.requestHigh, low: 7))
    #expect(found == [1, 2, 3].map { Sample.receipt(7, attempt: $0) })
    #expect(try ledger.receipts(request: RequestID(high: 0, low: 7)) == [])
  }

  @Test func aKillAtAnyMomentLosesNothingThatWasWritten() throws {
    let ledger = try Ledger(path: path)
    for number in 1...40 {
      try ledger.write(
        marks: number % 3 == 0 ? [Sample.mark("alice", Int64(number))] : [], receipts: [Sample.receipt(number)])
      folder.copy("state.db", to: "killed.db")
      let killed = try Ledger(path: folder.file("killed.db"))
      #expect(try killed.marks().map(\.used) == (number < 3 ? [] : [Int64(number / 3 * 3)]))
      #expect(try killed.receipts(limit: 100).count == number)
      killed.close()
    }
  }

  @Test func aLogCutAnywhereGivesAStateThatWasOnceTrue() throws {
    let ledger = try Ledger(path: path)
    for number in 1...6 {
      try ledger.write(marks: [Sample.mark("alice", Int64(number))], receipts: [Sample.receipt(number)])
    }
    let log = folder.read("state.db-wal")
    #expect(log.count > 20_000)
    for cut in stride(from: log.count, to: 0, by: -1777) {
      folder.copy("state.db", to: "cut.db")
      folder.write(Array(log.prefix(cut)), to: "cut.db-wal")
      let killed = try Ledger(path: folder.file("cut.db"))
      let used = try killed.marks().map(\.used)
      #expect(used == (try killed.receipts(limit: 9).isEmpty ? [] : [Int64(try killed.receipts(limit: 9).count)]))
      killed.close()
    }
  }

  @Test func aSecondOwnerIsRefusedAndToldWhoTheFirstIs() throws {
    let ledger = try Ledger(path: path)
    #expect(Sample.cause { () throws(LedgerError) in _ = try Ledger(path: path) } == .inUse(by: getpid()))
    let link = folder.file("link.db")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    #expect(Sample.cause { () throws(LedgerError) in _ = try Ledger(path: link) } == .inUse(by: getpid()))
    ledger.close()
    try Ledger(path: path).close()
  }

  @Test func whatAllowsSpendingWaitsForTheDiskAndReceiptsDoNot() throws {
    let rows = try Rows(path: path)
    let now = WallTime(milliseconds: 1000)
    let (normal, full): (Int64, Int64) = (1, 2)
    func mode() throws -> Int64 { try rows.database.number("PRAGMA synchronous") }
    try rows.write(receipts: [Sample.receipt(1)], at: now)
    #expect(try mode() == normal)
    try rows.write(marks: [Sample.mark("alice", 5)], receipts: [Sample.receipt(2)], at: now)
    #expect(try mode() == full)
    try rows.reported(upTo: ReceiptNumber(1))
    #expect(try mode() == normal)
    try rows.write(leases: [Sample.lease("one", granted: 5, spent: 0)], at: now)
    #expect(try mode() == full)
  }

  @Test func aClosedLedgerSaysSo() throws {
    let ledger = try Ledger(path: path)
    ledger.close()
    ledger.close()
    #expect(Sample.cause { () throws(LedgerError) in _ = try ledger.marks() } == .closed)
  }

  @Test func theFileIsForItsOwnerAlone() throws {
    let ledger = try Ledger(path: path)
    try ledger.write(receipts: [Sample.receipt(1)])
    for suffix in ["", "-wal", "-owner"] {
      let mode = try FileManager.default.attributesOfItem(atPath: path + suffix)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }
}
