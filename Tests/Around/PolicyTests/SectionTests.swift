import Testing

@testable import Policy

/// The small sections: identity, alerts, loopBreaker.
@Suite struct SectionTests {
  private func policy(with section: String) throws -> Policy {
    try policy("backends: {a: {provider: groq, auth: {env: K}}}\n" + section)
  }

  private func policy(_ text: String) throws -> Policy { try Policy.load(bytes: text.utf8.span, file: "f") }

  @Test func `three headers are believed unless others are written, and then only those`() throws {
    let usual = try policy(with: "").identity
    #expect([usual.userHeader, usual.teamHeader, usual.tenantHeader] == ["x-user-id", "x-team-id", "x-tenant-id"])
    let written = try policy(with: "identity: {headers: {user: X-Me}}").identity
    #expect([written.userHeader, written.teamHeader, written.tenantHeader] == ["x-me", nil, nil])
    #expect(try policy(with: "identity: {headers: {}}").identity.userHeader == nil)
    #expect(try policy(with: "identity: {}").identity == usual)
  }

  @Test func `alerts go to a webhook with a credential that is kept elsewhere`() throws {
    let hook = try #require(
      try policy(with: "alerts: {webhook: {url: https://hooks.example.com/a/b, auth: {env: HOOK}}}").alerts.webhook)
    #expect(hook.url.description == "https://hooks.example.com/a/b")
    #expect(hook.credential?.source == .environment("HOOK"))
    #expect(try policy(with: "").alerts.webhook == nil)
  }

  @Test func `the loop breaker is off unless written`() throws {
    #expect(try policy(with: "").loopBreaker == nil)
    let usual = try #require(try policy(with: "loopBreaker: {repeats: 10}").loopBreaker)
    #expect([Int64(usual.repeats), usual.withinMs, usual.coolDownMs] == [10, 300_000, 600_000])
    let written = try #require(
      try policy(with: "loopBreaker: {repeats: 3, within: 1m, coolDown: 30s}").loopBreaker)
    #expect([Int64(written.repeats), written.withinMs, written.coolDownMs] == [3, 60_000, 30_000])
  }

  @Test(arguments: [
    ("identity: {header: {}}", "3:12: identity.header: is not a field; did you mean headers?"),
    ("identity: {headers: {usr: x-a}}", "3:22: identity.headers.usr: is not a field; did you mean user?"),
    (
      "identity: {headers: {user: Authorization}}",
      "3:28: identity.headers.user: is a header that holds a credential, which must not be written to the ledger; use another"
    ),
    (
      "identity: {headers: {user: \"a b\"}}",
      "3:28: identity.headers.user: must name a header in letters, digits and -, such as x-user-id"
    ),
    ("alerts: {webhook: {}}", "3:19: alerts.webhook: has no url; write where alerts are sent"),
    ("alerts: {webhook: {url: ftp://x}}", "3:25: alerts.webhook.url: must start with https:// or http://"),
    (
      "alerts: {webhook: {url: http://x, auth: hunter2}}",
      "3:41: alerts.webhook.auth: keys are never written in a policy; write auth: {env: NAME} or auth: {file: PATH}"
    ),
    (
      "loopBreaker: {}",
      "3:14: loopBreaker: has no repeats; write how often the same prompt may come, as in repeats: 10"
    ),
    ("loopBreaker: {repeats: 1}", "3:24: loopBreaker.repeats: must be a whole number from 2 to 10000, and is \"1\""),
    (
      "loopBreaker: {repeats: 5, within: 0s}",
      "3:35: loopBreaker.within: must be a duration from 1ms to 24h such as 500ms, 10s, 2m or 1h, and is \"0s\""
    ),
  ])
  func `their faults are told where they stand`(section: String, expected: String) {
    #expect(complaints(then: section) == ["aigw.yaml:" + expected])
  }

  @Test(arguments: [
    ("127.0.0.1", "http://127.0.0.1:4000/v1", true), ("127.0.0.1", "http://localhost:4000", true),
    ("127.0.0.1", "http://127.0.0.1:4001", false), ("127.0.0.1", "https://api.openai.com", false),
    ("127.0.0.1", "http://[::1]:4000", false), ("::1", "http://[::1]:4000", true),
    ("::1", "http://localhost:4000", true),
    ("0.0.0.0", "http://127.0.0.1:4000", true), ("0.0.0.0", "http://[::1]:4000", true),
    ("::", "http://gw.localhost:4000", true),
    ("0.0.0.0", "http://10.0.0.7:4000", false), ("10.0.0.7", "http://10.0.0.7:4000", true),
    ("10.0.0.7", "http://localhost:4000", false),
  ])
  func `a backend that leads back to the gateway is found`(host: String, address: String, leads: Bool) throws {
    let policy = try policy("backends: {a: {provider: openai, baseURL: \"\(address)\"}}")
    #expect(policy.backends(leadingTo: host, port: 4000).count == (leads ? 1 : 0))
  }
}
