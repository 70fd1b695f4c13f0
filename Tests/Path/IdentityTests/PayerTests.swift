import Exchange
import Identity
import TestSupport
import Testing

@Suite struct PayerTests {
  private func payer(_ fields: String...) throws -> Payer { try Payer(of: request("POST /v1/files", fields)) }

  @Test func aHeaderIsFoundWhateverItsCaseAndTrimmed() throws {
    let payer = try payer("X-USER-ID: \t alice \t")
    #expect(payer.header("x-user-id") == "alice")
    #expect(payer.header("X-User-Id") == "alice")
  }

  @Test func anAbsentOrEmptyHeaderIsNobody() throws {
    let payer = try payer("x-user-id:", "x-team-id: \t ")
    for name in ["x-user-id", "x-team-id", "x-tenant-id", ""] { #expect(payer.header(name) == nil) }
  }

  @Test func ofSeveralHeadersOfOneNameTheFirstCounts() throws {
    let payer = try payer("x-user-id: alice", "x-user-id: bob")
    #expect(payer.header("x-user-id") == "alice")
    #expect(payer.label == "user=alice")
  }

  @Test func bytesThatAreNoTextStillMakeAKey() throws {
    #expect(try payer("x-user-id: caf\u{e9}").header("x-user-id") == "caf\u{e9}")
  }

  // MARK: limits

  @Test func aValueOf256BytesIsAcceptedAndALongerOneIsRefusedByName() throws {
    let longest = String(repeating: "a", count: Payer.Limits.valueBytesMax)
    let fits = try payer("x-user-id: \(longest)")
    try fits.check(["x-user-id", "x-team-id"])
    #expect(fits.header("x-user-id") == longest)
    let tooLong = try payer("x-user-id: \(longest)b", "x-team-id: eng")
    try tooLong.check(["x-team-id"])
    let fault = #expect(throws: Fault.self) { try tooLong.check(["x-team-id", "x-user-id"]) }
    #expect(
      fault
        == Fault(
          party: .agent, status: 400, type: "invalid_request_error", code: "header_too_long", param: "x-user-id",
          message: "Header x-user-id has 257 bytes; a budget is split by it, so at most 256 are allowed."))
    // What nobody checks is cut, so that it cannot fill the memory either.
    #expect(tooLong.header("x-user-id") == longest)
    #expect(tooLong.label == "user=\(longest) team=eng")
  }

  // MARK: labels

  static let labels: [(fields: [String], label: String)] = [
    ([], ""), (["x-user-id: alice"], "user=alice"), (["x-team-id: eng"], "team=eng"),
    (["x-tenant-id: acme"], "tenant=acme"), (["x-team-id: eng", "x-user-id: alice"], "user=alice team=eng"),
    (["x-tenant-id: acme", "X-Team-Id: eng", "X-User-Id: alice"], "user=alice team=eng tenant=acme"),
    (["x-user-id:", "x-tenant-id: acme"], "tenant=acme"), (["authorization: Bearer secret"], ""),
  ]

  @Test(arguments: labels.indices) func theLabelSaysWhoPaysInOneOrder(row: Int) throws {
    #expect(try Payer(of: request("POST /v1/files", Self.labels[row].fields)).label == Self.labels[row].label)
  }
}
