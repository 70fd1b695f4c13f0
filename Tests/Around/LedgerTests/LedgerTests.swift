import Exchange
import Foundation
import Testing

@testable import Ledger

@Suite struct LedgerTests {
  private let folder = Folder()
  private var path: String { folder.file("state.db") }

  private func mark(_ key: String, _ used: Int64, at now: Int64 = 1000, expires: Int64? = nil, lease: Bool = true)
    -> MeterMark
  {
    MeterMark(
      budget: BudgetName("per-user"), measure: "totalTokens/day/header:x-user-id", key: key, used: used,
      carried: used / 2,
      asOf: WallTime(milliseconds: now), expires: expires.map { WallTime(milliseconds: $0) }, isLease: lease)
  }

  private func receipt(_ number: Int) -> Receipt {
    Receipt(
      request: RequestID(high: .max - UInt64(number), low: UInt64(number)), attempt: 2,
      endedAt: WallTime(milliseconds: 1_790_000_000_000), model: ModelName("gpt-4o"), backend: BackendName("openai"),
      providerModel: ModelName("gpt-4o-2024-11-20"), payer: "x-user-id=ålice",
      usage: Usage(input: TokenCount(number), output: .zero, cachedInput: TokenCount(Int64.max), basis: .estimated),
      state: .estimated, status: 200, reserved: TokenCount(900), latencyUs: 12_345, firstTokenUs: 678)
  }

  private func cause(_ body: () throws(LedgerError) -> Void) -> LedgerError.Cause? {
    do {
      try body()
      return nil
    } catch { return error.cause }
  }

  @Test func marksAndReceiptsComeBackAsTheyWereWritten() throws {
    let ledger = try Ledger(path: path)
    let refused = Receipt(
      request: RequestID(high: 0, low: 7), attempt: 0, endedAt: WallTime(milliseconds: 1), model: ModelName(""),
      payer: "",
      usage: Usage(), state: .refused, status: 429)
    let marks = [mark("", 5), mark("alice", .max, expires: 9999, lease: false)]
    try ledger.write(marks: marks, receipts: [receipt(1), receipt(2)])
    try ledger.write(receipts: [refused])
    #expect(try ledger.marks() == marks)
    #expect(try ledger.receipts(limit: 2) == [refused, receipt(2)])
    ledger.close()
    let again = try Ledger(path: path)
    #expect(try again.marks() == marks)
    #expect(try again.receipts(limit: 9) == [refused, receipt(2), receipt(1)])
  }

  @Test func aMarkReplacesItsMetersAndAnExactOneOfNothingRemovesIt() throws {
    let ledger = try Ledger(path: path)
    try ledger.write(marks: [mark("alice", 5), mark("bob", 6)])
    try ledger.write(marks: [mark("alice", 50), mark("bob", 0, lease: false), mark("carol", 0, lease: false)])
    #expect(try ledger.marks() == [mark("alice", 50)])
  }

  @Test func expiredMarksAreForgottenAsTimeGoesOn() throws {
    let ledger = try Ledger(path: path)
    try ledger.write(marks: [mark("old", 5, expires: 50_000), mark("open", 5)])
    try ledger.write(marks: [mark("new", 5, at: 60_999)])
    #expect(try ledger.marks().map(\.key) == ["new", "old", "open"])
    try ledger.write(marks: [mark("new", 6, at: 61_000)])
    #expect(try ledger.marks().map(\.key) == ["new", "open"])
  }

  @Test func aKillAtAnyMomentLosesNothingThatWasWritten() throws {
    let ledger = try Ledger(path: path)
    for number in 1...40 {
      try ledger.write(marks: number % 3 == 0 ? [mark("alice", Int64(number))] : [], receipts: [receipt(number)])
      folder.copy("state.db", to: "killed.db")
      let killed = try Ledger(path: folder.file("killed.db"))
      #expect(try killed.marks().map(\.used) == (number < 3 ? [] : [Int64(number / 3 * 3)]))
      #expect(try killed.receipts(limit: 100).count == number)
      killed.close()
    }
  }

  @Test func aLogCutAnywhereGivesAStateThatWasOnceTrue() throws {
    let ledger = try Ledger(path: path)
    for number in 1...6 { try ledger.write(marks: [mark("alice", Int64(number))], receipts: [receipt(number)]) }
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
    #expect(cause { () throws(LedgerError) in _ = try Ledger(path: path) } == .inUse(by: getpid()))
    let link = folder.file("link.db")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    #expect(cause { () throws(LedgerError) in _ = try Ledger(path: link) } == .inUse(by: getpid()))
    ledger.close()
    try Ledger(path: path).close()
  }

  @Test func aClosedLedgerSaysSo() throws {
    let ledger = try Ledger(path: path)
    ledger.close()
    ledger.close()
    #expect(cause { () throws(LedgerError) in _ = try ledger.marks() } == .closed)
  }

  @Test func onlyTheNewestReceiptsAreKept() throws {
    let rows = try Rows(path: path, receiptsMax: 10)
    for number in 1...25 { try rows.write(marks: [], receipts: [receipt(number)]) }
    #expect(try rows.receipts(limit: 100).map(\.usage.input?.value) == (16...25).reversed().map { Int64($0) })
  }

  @Test func theFileIsForItsOwnerAlone() throws {
    let ledger = try Ledger(path: path)
    try ledger.write(receipts: [receipt(1)])
    for suffix in ["", "-wal", "-owner"] {
      let mode = try FileManager.default.attributesOfItem(atPath: path + suffix)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }
}
