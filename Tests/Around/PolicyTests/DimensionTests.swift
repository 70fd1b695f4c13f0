import Testing

@testable import Policy

@Suite struct DimensionTests {
  @Test func `a budget is split by whatever can be known of a call`() throws {
    let all = "[user, team, tenant, pod, namespace, serviceAccount, model, backend, path, header:X-Agent]"
    let policy = try policy(
      """
      backends: {a: {provider: groq, auth: {env: K}}}
      budgets: {b: {limit: 5 tokens/day, per: \(all)}}
      """)
    #expect(
      policy.budgets[0].per == [
        .user, .team, .tenant, .pod, .namespace, .serviceAccount, .model, .backend, .path, .header("x-agent"),
      ])
    #expect("[" + policy.budgets[0].per.map(\.description).joined(separator: ", ") + "]" == all.lowercasedHeader)
  }

  private static let what = "is nothing a budget can tell calls apart by, "
  private static let words = "user, team, tenant, pod, namespace, serviceAccount, model, backend, path or header:NAME"

  @Test(arguments: [
    ("usr", what + "\"usr\"; did you mean user?"),
    ("service-account", what + "\"service-account\"; did you mean serviceAccount?"),
    ("x-user-id", what + "\"x-user-id\"; write header:NAME for a header"),
    ("colour", what + "\"colour\"; write " + words), ("header", what + "\"header\"; write " + words),
    ("\"header:\"", "must name a header in letters, digits and -, such as x-user-id"),
    (
      "header:Authorization",
      "is a header that holds a credential, which must not be written to the ledger; use another"
    ),
    (
      "claim:sub",
      "is a claim of a verified token, and tokens are not verified in this version; use user, team or tenant"
    ),
  ])
  func `what a call does not have cannot split a budget`(per: String, expected: String) {
    let lines = complaints(then: "budgets:\n  b: {limit: 5 tokens/day, per: \(per)}")
    #expect(lines == ["aigw.yaml:4:33: budgets.b.per: " + expected])
  }
}

extension String {
  fileprivate var lowercasedHeader: String { split(separator: "X-Agent").joined(separator: "x-agent") }
}
