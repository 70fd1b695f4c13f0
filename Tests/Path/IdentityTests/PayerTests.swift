import Exchange
import Identity
import TestSupport
import Testing

@Suite struct PayerTests {
  private static let pod = PodIdentity([
    "POD_NAME": "researcher-0", "POD_NAMESPACE": "agents", "SERVICE_ACCOUNT": "researcher",
  ])

  private func payer(_ fields: String..., peer: String? = nil, trusting trust: Trust = Trust()) throws -> Payer {
    try Payer(of: request("POST /v1/files", fields), peer: peer, trusting: trust)
  }

  // MARK: in the order of belief

  @Test func theTrustedHeadersSayWhoPays() throws {
    let payer = try payer("X-User-Id: alice", "X-Team-Id: eng", "X-Tenant-Id: acme", trusting: Trust(pod: Self.pod))
    #expect([payer.user, payer.team, payer.tenant] == ["alice", "eng", "acme"])
  }

  @Test func onlyTheHeadersThePolicyNamesAreBelieved() throws {
    let fields = ["x-user-id: mallory", "x-team-id: root", "x-me: alice"]
    let request = try request("POST /v1/files", fields)
    let renamed = Payer(of: request, trusting: Trust(.init(user: "x-me", team: nil, tenant: nil)))
    #expect([renamed.user, renamed.team, renamed.tenant] == ["alice", nil, nil])
    #expect(renamed.label == "user=alice")
    let nobody = Payer(of: request, trusting: Trust(.init(user: nil, team: nil, tenant: nil)))
    #expect([nobody.user, nobody.team, nobody.tenant] == [nil, nil, nil])
    #expect(nobody.label == "")
    // A budget may still ask for a header as such.
    #expect(nobody.header("x-user-id") == "mallory")
  }

  @Test func noHeaderOverridesTheUserAtTheOtherEndOfAUnixSocket() throws {
    let payer = try payer("x-user-id: mallory", "x-team-id: eng", peer: "builder", trusting: Trust(pod: Self.pod))
    #expect([payer.user, payer.team] == ["builder", "eng"])
    #expect(payer.label == "user=builder team=eng")
  }

  @Test func thePodPaysWhereNobodyElseIsKnown() throws {
    let nobody = try payer(trusting: Trust(pod: Self.pod))
    #expect([nobody.user, nobody.team, nobody.tenant] == ["pod:agents/researcher-0", nil, nil])
    #expect(nobody.label == "pod=agents/researcher-0")
    #expect(try payer("x-user-id:", trusting: Trust(pod: Self.pod)).user == "pod:agents/researcher-0")
    let team = try payer("x-team-id: eng", trusting: Trust(pod: Self.pod))
    #expect([team.user, team.team] == ["pod:agents/researcher-0", "eng"])
    #expect(team.label == "team=eng")
  }

  @Test func outsideOfAPodNobodyIsNobody() throws {
    let payer = try payer()
    #expect(payer.user == nil && payer.pod == PodIdentity([:]))
    #expect(payer.label == "")
  }

  // MARK: headers

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
    #expect(
      try Payer(of: request("POST /v1/files", Self.labels[row].fields), trusting: Trust()).label
        == Self.labels[row].label)
  }
}
