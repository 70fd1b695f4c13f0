import Exchange
import Testing

@testable import Ledger

@Suite struct SumsTests {
  private let folder = Folder()
  /// 2026-11-21T23:59:59.999Z
  private let evening: Int64 = 1_795_305_599_999

  private func receipt(
    _ number: Int, user: String?, input: Int64 = 10, output: Int64 = 5, cost: Int64? = 100, at: Int64,
    state: Receipt.State = .settled
  ) -> Receipt {
    var receipt = Sample.receipt(number, endedAt: at, user: user)
    receipt.usage = Usage(
      input: TokenCount(input), output: TokenCount(output), cachedInput: TokenCount(4),
      cacheCreationInput: TokenCount(2), reasoning: TokenCount(1))
    receipt.cost = cost.map(NanoDollars.init)
    receipt.state = state
    return receipt
  }

  private func ledger(_ receipts: [Receipt]) throws -> Ledger {
    let ledger = try Ledger(path: folder.file("state.db"))
    try ledger.write(receipts: receipts)
    return ledger
  }

  @Test func receiptsAddUpByWhatWasAskedFor() throws {
    var refused = Sample.refusal(9)
    (refused.user, refused.endedAt) = ("alice", WallTime(milliseconds: evening))
    var failed = receipt(8, user: nil, input: 0, output: 0, cost: nil, at: evening, state: .failed)
    failed.usage = Usage()
    let ledger = try ledger([
      receipt(1, user: "bob", at: evening), receipt(2, user: "alice", at: evening),
      receipt(3, user: "bob", cost: nil, at: evening), refused, failed,
    ])
    var (nobody, alice, bob) = (UsageRow(keys: [""]), UsageRow(keys: ["alice"]), UsageRow(keys: ["bob"]))
    (nobody.requests, nobody.failed) = (1, 1)
    (alice.requests, alice.refused, alice.cost) = (2, 1, NanoDollars(100))
    (alice.input, alice.output, alice.total) = (TokenCount(10), TokenCount(5), TokenCount(15))
    (alice.cachedInput, alice.cacheCreationInput, alice.reasoning) = (TokenCount(4), TokenCount(2), TokenCount(1))
    (bob.requests, bob.unpriced, bob.cost) = (2, 1, NanoDollars(100))
    (bob.input, bob.output, bob.total) = (TokenCount(20), TokenCount(10), TokenCount(30))
    (bob.cachedInput, bob.cacheCreationInput, bob.reasoning) = (TokenCount(8), TokenCount(4), TokenCount(2))
    #expect(try ledger.usage(by: [.user]) == [nobody, alice, bob])
    #expect(try ledger.usage(by: []).map(\.requests) == [5])
  }

  @Test func everyKeyHasItsColumn() throws {
    let ledger = try ledger([receipt(1, user: "alice", at: evening)])
    #expect(
      try ledger.usage(by: UsageKey.allCases).map(\.keys) == [
        [
          "alice", "engineering", "acme", "agent-0", "gpt-4o", "openai", "gpt-4o-2024-11-20", "x-user-id=ålice",
          "default/agent-0", "settled", "2026-11-21", "2026-11-21T23:00Z",
        ]
      ])
  }

  @Test func aSpanHoldsItsStartAndNotItsEnd() throws {
    let ledger = try ledger((0..<4).map { receipt($0, user: "alice", at: evening + Int64($0)) })
    let days = try ledger.usage(by: [.day])
    #expect(days.map(\.keys) == [["2026-11-21"], ["2026-11-22"]])
    #expect(days.map(\.requests) == [1, 3])
    func count(_ since: Int64?, _ until: Int64?) throws -> Int? {
      try ledger.usage(
        by: [], since: since.map { WallTime(milliseconds: evening + $0) },
        until: until.map { WallTime(milliseconds: evening + $0) }
      ).first?.requests
    }
    #expect(try count(1, 3) == 2)
    #expect(try count(1, nil) == 3)
    #expect(try count(nil, 3) == 3)
    #expect(try count(4, nil) == nil)
  }

  @Test func absurdNumbersAreHeldAtTheLimitAndNeverWrap() throws {
    let ledger = try ledger((0..<3).map { receipt($0, user: nil, input: .max, output: .max, cost: .max, at: evening) })
    let sum = try #require(try ledger.usage(by: [.user]).first)
    #expect(sum.input.value == .max && sum.total.value == .max && sum.cost.value == .max)
  }

  @Test func linesBeyondTheLimitAreAddedUpInOneMore() throws {
    let path = folder.file("state.db")
    let rows = try Rows(path: path)
    try rows.write(
      receipts: (0..<50).map { receipt($0, user: "user \($0 % 10)", at: evening) }, at: WallTime(milliseconds: evening))
    let statement = try rows.database.prepare(UsageSums.select(by: [.user, .team], hasSince: false, hasUntil: false))
    var sums = UsageSums(by: [.user, .team], rowsMax: 7)
    while try rows.database.step(statement) { sums.add(statement) }
    let lines = sums.sorted()
    #expect(lines.count == 8)
    #expect(lines.last?.keys == ["(others)", "(others)"])
    #expect(lines.map(\.requests) == [5, 5, 5, 5, 5, 5, 5, 15])
  }

  @Test func aSumSeesWhatWasCommittedWhileWritesGoOn() throws {
    let ledger = try ledger((0..<100).map { receipt($0, user: "alice", at: evening) })
    let database = try Database(path: ledger.path, for: .reader)
    let statement = try database.prepare(UsageSums.select(by: [.user], hasSince: false, hasUntil: false))
    var sums = UsageSums(by: [.user])
    var next = 100
    while try database.step(statement) {
      sums.add(statement)
      try ledger.write(
        marks: [Sample.mark("alice", Int64(next))], receipts: [receipt(next, user: "alice", at: evening)])
      next += 1
    }
    #expect(sums.sorted().map(\.requests) == [100])
    #expect(try ledger.usage(by: [.user]).map(\.requests) == [200])
  }

  @Test func aClosedLedgerAnswersNothing() throws {
    let ledger = try ledger([])
    ledger.close()
    #expect(Sample.cause { () throws(LedgerError) in _ = try ledger.usage(by: []) } == .closed)
    #expect(Sample.cause { () throws(LedgerError) in _ = try ledger.receiptCount() } == .closed)
  }
}
