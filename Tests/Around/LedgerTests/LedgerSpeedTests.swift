import Exchange
import Foundation
import Testing

@testable import Ledger

/// Prints what the ledger costs; `AIGW_MEASURE=1 swift test -c release -Xswiftc -enable-testing --filter LedgerSpeed`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["AIGW_MEASURE"] != nil), .serialized)
struct LedgerSpeedTests {
  private let folder = Folder()

  private static let receiptsPerWrite = 400
  private static let count = 1_000_000

  /// Receipts of 100 sidecars, as a daemon writes them, or of one.
  private func receipts(from start: Int, sidecars: Int) -> [Receipt] {
    (start..<start + Self.receiptsPerWrite).map { number in
      var receipt = Sample.receipt(
        number, attempt: 1, endedAt: 1_790_000_000_000 + Int64(number), user: "user-\(number % 1000)")
      receipt.request = RequestID(
        high: UInt64(number % sidecars) &* 0x9e37_79b9_7f4a_7c15, low: UInt64(number / sidecars))
      receipt.usage.cachedInput = TokenCount(64)
      return receipt
    }
  }

  private func measured(_ what: String, of count: Int, _ body: () throws -> Void) rethrows {
    let before = clock()
    let time = try ContinuousClock().measure(body)
    let cpu = Double(clock() - before) / Double(CLOCKS_PER_SEC)
    let wall = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    print(
      "\(what): \(Int(wall * 1000)) ms, \(Int(cpu * 1000)) ms of CPU"
        + (count > 1 ? ", \(Int(Double(count) / wall)) a second, \(Int(cpu * 1e9 / Double(count))) ns of CPU each" : "")
    )
  }

  @Test(arguments: [1, 100]) func aMillionReceipts(sidecars: Int) throws {
    let path = folder.file("state.db")
    var ledger = try Ledger(path: path, keeping: Retention(receiptsMax: Self.count))
    func write(from start: Int, count: Int) throws {
      for start in stride(from: start, to: start + count, by: Self.receiptsPerWrite) {
        try ledger.write(receipts: receipts(from: start, sidecars: sidecars))
      }
    }
    print("receipts of \(sidecars) sidecars, \(Self.receiptsPerWrite) to a write")
    try measured("first million", of: Self.count) { try write(from: 0, count: Self.count) }
    try measured("when each makes room for one", of: 200_000) { try write(from: Self.count, count: 200_000) }
    try measured("a lease", of: 100) { for _ in 0..<100 { try ledger.write(marks: [Sample.mark("alice", 5)]) } }
    measured("close", of: 1) { ledger.close() }
    try measured("open", of: 1) { ledger = try Ledger(path: path) }
    try measured("count", of: 1) { _ = try ledger.receiptCount() }
    for keys: [UsageKey] in [[], [.user], [.user, .model, .day]] {
      try measured("usage by \(keys)", of: 1) { _ = try ledger.usage(by: keys) }
    }
    let since = WallTime(milliseconds: 1_790_000_000_000 + 1_190_000)
    try measured("usage of the last 10,000", of: 1) { _ = try ledger.usage(by: [.user], since: since) }
    try measured("receipts of a request", of: 1) {
      _ = try ledger.receipts(request: receipts(from: 1_100_000, sidecars: sidecars)[0].request)
    }
    print("file: \((FileName.bytes(path) ?? 0) >> 20) MiB")
  }
}
