import Exchange
import Foundation
import Testing

@testable import Ledger

@Suite struct SchemaTests {
  private let folder = Folder()
  private var path: String { folder.file("state.db") }

  /// Written by the release that had version 1: two marks, two settled attempts and a refusal.
  private static let version1 = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "version-1.db")

  private func layOutVersion1() throws { folder.write(Array(try Data(contentsOf: Self.version1)), to: "state.db") }

  private func columns(_ table: String, of path: String) throws -> [String] {
    let database = try Database(path: path, for: .reader)
    let rows = try database.prepare(
      "SELECT name || ' ' || type || ' ' || \"notnull\" FROM pragma_table_info('\(table)')")
    var columns: [String] = []
    while try database.step(rows) { columns.append(rows.text(0)) }
    return columns
  }

  @Test func aFileOfVersion1KeepsItsMarksAndReceipts() throws {
    try layOutVersion1()
    let ledger = try Ledger(path: path)
    let now: Int64 = 1_790_000_000_000
    #expect(
      try ledger.marks() == [
        MeterMark(
          budget: BudgetName("cap"), measure: "requests/second", key: "", used: 7, asOf: WallTime(milliseconds: now),
          isLease: false),
        MeterMark(
          budget: BudgetName("per-user"), measure: "totalTokens/day/header:x-user-id", key: "alice", used: 500,
          carried: 20, asOf: WallTime(milliseconds: now), expires: WallTime(milliseconds: now + 86_400_000),
          isLease: true),
      ])
    let receipts = try ledger.receipts(limit: 9)
    #expect(receipts.map(\.state) == [.refused, .settled, .settled])
    #expect(
      receipts.last
        == Receipt(
          request: RequestID(high: 0xfeed_beef_0123_4567, low: 1), attempt: 1,
          endedAt: WallTime(milliseconds: now + 1), model: ModelName("gpt-4o"), backend: BackendName("openai"),
          providerModel: ModelName("gpt-4o-2024-11-20"), payer: "x-user-id=alice",
          usage: Usage(
            input: TokenCount(101), output: TokenCount(20), reportedTotal: TokenCount(121), cachedInput: TokenCount(64)
          ),
          state: .settled, status: 200, reserved: TokenCount(4200), latencyUs: 1234, firstTokenUs: 567))
    #expect(try ledger.unreported(limit: 9)?.receipts == receipts.reversed())
  }

  @Test func aFileOfVersion1ThenWorksAsANewOne() throws {
    try layOutVersion1()
    let ledger = try Ledger(path: path)
    try ledger.write(leases: [Sample.lease("one", granted: 5, spent: 1)], receipts: [Sample.receipt(1)])
    try ledger.write(receipts: [Sample.receipt(1)])
    ledger.close()
    let again = try Ledger(path: path)
    #expect(try again.receipts(limit: 9).count == 4)
    #expect(try again.leases().count == 1)
    #expect(try again.usage(by: [.user]).map(\.keys) == [[""], ["älice"]])
  }

  @Test func bothWaysToVersion2EndInTheSameTables() throws {
    try layOutVersion1()
    let new = folder.file("new.db")
    for file in [path, new] { try Ledger(path: file).close() }
    for table in ["mark", "receipt", "lease", "meta"] {
      let expected = try columns(table, of: new)
      #expect(!expected.isEmpty)
      #expect(try columns(table, of: path) == expected)
    }
    for file in [path, new] {
      let database = try Database(path: file, for: .reader)
      #expect(try database.number("PRAGMA user_version") == 2)
      let indexes = "SELECT count(*) FROM sqlite_schema WHERE name IN ('receipt_attempt', 'receipt_ended')"
      #expect(try database.number(indexes) == 2)
    }
  }

  @Test func anAttemptThatVersion1BookedTwiceKeepsItsFirstReceipt() throws {
    try layOutVersion1()
    do {
      let database = try Database(path: path)
      try database.run(
        """
        INSERT INTO receipt (request, attempt, ended_ms, model, payer, basis, state, status, reserved_tokens, latency_us)
        SELECT request, attempt, ended_ms, model, 'twice', basis, state, status, reserved_tokens, latency_us FROM receipt
        """)
    }
    let receipts = try Ledger(path: path).receipts(limit: 9)
    #expect(receipts.map(\.payer) == ["", "x-user-id=alice", "x-user-id=alice"])
  }

  @Test func aMigrationThatFailsLeavesVersion1AsItWas() throws {
    try layOutVersion1()
    do {
      // A table of the name that version 2 needs.
      let database = try Database(path: path)
      try database.run("CREATE TABLE lease (other TEXT)")
    }
    #expect(Sample.cause { () throws(LedgerError) in _ = try Ledger(path: path) } == .failed)
    let database = try Database(path: path, for: .reader)
    #expect(try database.number("PRAGMA user_version") == 1)
    #expect(
      try database.number("SELECT count(*) FROM pragma_table_info('receipt') WHERE name = 'cost_nanodollars'") == 0)
    #expect(try database.number("SELECT count(*) FROM receipt") == 3)
  }
}
