// ReceiptStream: receipts as a busy sidecar writes them, one after the other.

import Exchange
import Ledger

struct ReceiptStream {
  /// As the sidecar's books write them.
  static let perWrite = 256

  private(set) var count = 0

  mutating func write(_ size: Int, to ledger: Ledger) {
    let receipts = (0..<size).map { receipt(count + $0) }
    count += size
    do throws(LedgerError) { try ledger.write(receipts: receipts) } catch { fail(error.description) }
  }

  private func receipt(_ number: Int) -> Receipt {
    Receipt(
      request: RequestID(high: 0x9e37_79b9_7f4a_7c15, low: UInt64(number)), attempt: 1,
      endedAt: WallTime(milliseconds: 1_790_000_000_000 + Int64(number / 20)), model: ModelName("gpt-4o"),
      backend: BackendName("openai"), providerModel: ModelName("gpt-4o-2024-11-20"),
      payer: "user=user-\(number % 1000) team=engineering", user: "user-\(number % 1000)", team: "engineering",
      usage: Usage(input: TokenCount(412), output: TokenCount(180), cachedInput: TokenCount(64)),
      cost: NanoDollars(2_830_000), priceRow: "openai/gpt-4o 2026-11-01 input 2.50 output 10 cached 1.25",
      state: .settled, status: 200, reserved: TokenCount(1436), latencyUs: 812_345)
  }
}
