// Samples: marks, leases and receipts of which every field says something.
import Exchange

@testable import Ledger

enum Sample {
  static let requestHigh: UInt64 = 0x0123_4567_89ab_cdef

  static func mark(_ key: String, _ used: Int64, at now: Int64 = 1000, expires: Int64? = nil, lease: Bool = true)
    -> MeterMark
  {
    MeterMark(
      budget: BudgetName("per-user"), measure: "totalTokens/day/header:x-user-id", key: key, used: used,
      carried: used / 2, asOf: WallTime(milliseconds: now), expires: expires.map { WallTime(milliseconds: $0) },
      isLease: lease)
  }

  static func lease(_ holder: String, granted: Int64, spent: Int64) -> LeaseRow {
    LeaseRow(
      holder: HolderName(holder), meter: MeterName(budget: BudgetName("cap"), measure: "usd/day", key: "älice"),
      serial: 3, counters: LeaseCounters(granted: granted, spent: spent, returned: 1),
      seenAt: WallTime(milliseconds: 1_790_000_000_000))
  }

  static func receipt(
    _ number: Int, attempt: Int = 2, endedAt: Int64 = 1_790_000_000_000, user: String? = "älice"
  ) -> Receipt {
    var usage = Usage(
      input: TokenCount(number), output: .zero, reportedTotal: TokenCount(number + 3),
      cachedInput: TokenCount(Int64.max), cacheCreationInput: TokenCount(-1), reasoning: TokenCount(3),
      basis: .estimated)
    (usage.longCacheCreationInput, usage.audioInput, usage.audioOutput) = (
      TokenCount(4), TokenCount(5), TokenCount(6)
    )
    return Receipt(
      request: RequestID(high: requestHigh, low: UInt64(number)), attempt: attempt,
      endedAt: WallTime(milliseconds: endedAt), model: ModelName("gpt-4o"), backend: BackendName("openai"),
      providerModel: ModelName("gpt-4o-2024-11-20"), payer: "x-user-id=ålice", user: user, team: "engineering",
      tenant: "acme", pod: "agent-0", sidecar: "default/agent-0",
      usage: usage,
      cost: NanoDollars(25_000), priceRow: "openai/gpt-4o 2026-11-01 input 2.50 output 10 cached 1.25 write -",
      isDisputed: true, state: .estimated, status: 200, reserved: TokenCount(900), fittedOutput: TokenCount(700),
      latencyUs: 12_345, firstTokenUs: 678, details: #"{"tried":["openai"]}"#)
  }

  static func refusal(_ number: Int) -> Receipt {
    Receipt(
      request: RequestID(high: 0, low: UInt64(number)), attempt: 0, endedAt: WallTime(milliseconds: 1),
      model: ModelName(""), payer: "", usage: Usage(), state: .refused, status: 429)
  }

  static func cause(_ body: () throws(LedgerError) -> Void) -> LedgerError.Cause? { error(body)?.cause }

  static func error(_ body: () throws(LedgerError) -> Void) -> LedgerError? {
    do {
      try body()
      return nil
    } catch { return error }
  }
}
