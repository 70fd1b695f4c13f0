import Control
import Exchange
import JSON
import Testing

@testable import Authority

@Suite struct WireTests {
  private var full: Receipt {
    Receipt(
      request: RequestID(high: 1, low: 2), attempt: 2, endedAt: WallTime(milliseconds: 1_700_000_000_000),
      model: ModelName("gpt-4o"), backend: BackendName("openai"), providerModel: ModelName("gpt-4o-2024-11-20"),
      payer: "user=alice", user: "alice", team: "eng", tenant: "acme", pod: "agent-0", sidecar: "default/agent-0",
      usage: Usage(
        input: TokenCount(10), output: TokenCount(20), reportedTotal: TokenCount(31), cachedInput: TokenCount(4),
        cacheCreationInput: TokenCount(1), reasoning: TokenCount(5), basis: .reported),
      cost: NanoDollars(123_456_789), priceRow: "gpt-4o in=2.50 out=10", isDisputed: true, state: .settled, status: 200,
      reserved: TokenCount(4000), fittedOutput: TokenCount(256), latencyUs: 1_234_567, firstTokenUs: 23_456,
      details: #"{"candidate":1}"#)
  }

  private var bare: Receipt {
    Receipt(
      request: RequestID(high: .max, low: 0), attempt: 0, endedAt: WallTime(milliseconds: 0), model: ModelName(""),
      payer: "", usage: Usage(basis: .estimated), state: .refused, status: 429)
  }

  private func mistake(inReport receipts: [JSONValue]) -> String? {
    InterfaceDefinition.control.mistake(
      in: [
        "holder": "h", "receipts": .array(receipts), "events": [event.json], "answers": [], "status": status.json,
      ], of: "Report")
  }

  private let event = GatewayEvent(
    at: WallTime(milliseconds: 5), kind: .failover, sidecar: "s", subject: "openai", message: "m",
    details: json(#"{"a":1}"#))

  private let status = SidecarStatus(
    generation: Generation(3), calls: 1, openCalls: 2, residentBytes: 3,
    backends: [.init(name: BackendName("b"), circuit: .halfOpen, calls: 4, failures: 5)])

  @Test func aReceiptReadsBackAsItWasWrittenAndIsWhatTheInterfaceSays() {
    for receipt in [full, bare] { #expect(Receipt(receipt.json) == receipt) }
    #expect(mistake(inReport: [full.json, bare.json]) == nil)
  }

  @Test(arguments: [
    ("request", #""0""#), ("request", "null"), ("attempt", "-1"), ("state", #""paid""#), ("status", "1000"),
    ("usage", "{}"), ("usage", #"{"basis":"guessed"}"#), ("latencyUs", "-1"), ("model", "3"),
  ]) func whatIsNoReceiptIsNotTakenForOne(field: String, value: String) {
    let broken = MergePatch.apply(json("{\"\(field)\":\(value)}"), to: full.json)
    // A merge keeps what an object had.
    let members = broken.members!.map { $0.name == field ? (name: field, value: json("[\(value)]")[0]!) : $0 }
    #expect(Receipt(.object(members)) == nil)
  }

  @Test func textsThatAreTooLongAreCutAndDetailsThatAreTooLargeAreDropped() {
    var receipt = full
    receipt.model = ModelName(String(repeating: "ä", count: 5000))
    receipt.details = #"{"a":"\#(String(repeating: "x", count: Limits.detailsBytesMax))"}"#
    let read = Receipt(receipt.json)
    #expect(read?.model.text.utf8.count == Limits.textBytesMax && read?.details == nil)
  }

  @Test func leasesReadBackAsTheyWereWritten() {
    let meter = MeterName(budget: BudgetName("b"), measure: "totalTokens/day", key: "5:alice,")
    let wish = LeaseWish(
      meter: meter, serial: 3, counters: LeaseCounters(granted: 9, spent: 4, returned: 1), needs: 2, wants: 7)
    let grant = LeaseGrant(
      meter: meter, serial: 3, granted: 20, used: 4, reserved: 16, limit: 100, recalled: 5, retryAfterMs: 700,
      resetsAt: WallTime(milliseconds: 9))
    #expect(LeaseWish(wish.json) == wish && LeaseGrant(grant.json) == grant && MeterName(recall: meter.recall) == meter)
    var never = grant
    never.retryAfterMs = nil
    #expect(LeaseGrant(never.json) == never)
    #expect(
      InterfaceDefinition.control.mistake(in: ["holder": "h", "wishes": [wish.json]], of: "Lease") == nil)
    #expect(LeaseWish(json(#"{"budget":"b"}"#)) == nil && LeaseGrant(wish.json) == nil)
  }

  @Test func whatASidecarSaysOfItselfReadsBack() {
    let identity = SidecarIdentity(holder: HolderName("h"), name: "n", version: "v")
    #expect(SidecarIdentity(identity.json) == identity && SidecarStatus(status.json) == status)
    #expect(SidecarIdentity(json(#"{"holder":"","name":"n","version":"v"}"#)) == nil)
    #expect(SidecarStatus(MergePatch.apply(json(#"{"calls":-1}"#), to: status.json)) == nil)
    #expect(GatewayEvent(event.json)?.json == event.json)
    #expect(GatewayEvent(MergePatch.apply(json(#"{"kind":"party"}"#), to: event.json)) == nil)
    #expect(mistake(inReport: []) == nil)
  }
}
