import Testing

@testable import Policy

@Suite struct ConditionTests {

  private func complaintsOf(match: String) -> [String] {
    complaints(then: "budgets:\n  b: {limit: 5 tokens/day, match: \(match)}")
  }

  @Test(
    arguments: [
      ("{user: alice}", .user, .equals("alice")), ("{team: \"eng-*\"}", .team, .startsWith("eng-")),
      ("{model: \"gpt-*\"}", .model, .startsWith("gpt-")),
      ("{tenant: {regex: \"^(a|b)$\"}}", .tenant, .regex("^(a|b)$")),
      ("{\"header:X-Agent\": {present: true}}", .header("x-agent"), .present(true)),
      ("{serviceAccount: {present: false}}", .serviceAccount, .present(false)),
      ("{backend: a}", .backend, .equals("a")),
      ("{path: /v1/embeddings}", .path, .equals("/v1/embeddings")), ("{pod: \"*\"}", .pod, .startsWith("")),
      ("{user: \"a b/c@d\"}", .user, .equals("a b/c@d")),
    ] as [(String, Policy.Dimension, Policy.Condition.Test)])
  func `a condition is a text, a beginning, a pattern or presence`(
    match: String, dimension: Policy.Dimension, test: Policy.Condition.Test
  ) throws {
    let policy = try policy(
      "backends: {a: {provider: groq, auth: {env: K}}}\nbudgets: {b: {limit: 5 tokens/day, match: \(match)}}")
    #expect(policy.budgets[0].match == [.init(dimension: dimension, test: test)])
  }

  @Test(arguments: [
    ("{usr: x}", "36: budgets.b.match.usr: is nothing a budget can tell calls apart by, \"usr\"; did you mean user?"),
    (
      "{\"claim:sub\": x}",
      "36: budgets.b.match.\"claim:sub\": is a claim of a verified token, and tokens are not verified in this version; "
        + "use user, team or tenant"
    ),
    (
      "{\"header:a\": 7}",
      "48: budgets.b.match.\"header:a\": must be text, and is a number; put it in quotes if it is meant"
    ),
    (
      "{\"header:a\": \"x\\ny\"}",
      "48: budgets.b.match.\"header:a\": must be 1 to 256 printable ASCII characters, as a header's value is"
    ),
    (
      "{\"header:a\": x, \"header:A\": y}",
      "51: budgets.b.match.\"header:A\": is written twice (the case of a header's name does not matter); keep one"
    ),
    (
      "{user: \"a*b\"}",
      "42: budgets.b.match.user: may have one * and only at its end, as in gpt-*; for more write {regex: ...}"
    ),
    ("{user: {}}", "42: budgets.b.match.user: must be a text, {regex: PATTERN} or {present: true}"),
    ("{user: {regexp: a}}", "43: budgets.b.match.user.regexp: is not a field; did you mean regex?"),
    ("{user: {regex: \"\"}}", "50: budgets.b.match.user.regex: must be a pattern of 1 to 256 bytes"),
    (
      "{user: {regex: \"a)\"}}", "50: budgets.b.match.user.regex: the pattern has a ) without its (, at its character 2"
    ),
    ("{user: {present: yes}}", "52: budgets.b.match.user.present: must be true or false, and is text"),
    (
      "{user: {present: true, regex: a}}",
      "42: budgets.b.match.user: has both regex and present; a value that a pattern finds is present, so keep regex"
    ),
    (
      "{path: v1/models}", "42: budgets.b.match.path: must be a path such as /v1/chat/completions, and is \"v1/models\""
    ),
    ("{backend: zzz}", "45: budgets.b.match.backend: is a backend that does not exist, \"zzz\"; name one of a"),
    ("{backend: \"b*\"}", "45: budgets.b.match.backend: is a backend that does not exist, \"b*\"; name one of a"),
  ])
  func `a condition's faults are told where they stand`(match: String, expected: String) {
    #expect(complaintsOf(match: match) == ["aigw.yaml:4:" + expected])
  }

  @Test(arguments: [
    ("gpt-4o", true), ("gpt-4", false), ("gpt-*", true), ("claude-opus", true), ("claude-o*", true), ("cl*", true),
    ("\"*\"", true), ("o3*", false), ("{regex: nobody}", true),
  ])
  func `a budget for a model nobody serves is refused, for it would limit nothing`(pattern: String, isServed: Bool) {
    let chain = "{chain: [{backend: a}]}"
    let lines = complaints(
      then:
        "models: {gpt-4o: \(chain), claude-*: \(chain)}\nbudgets: {b: {limit: 1 tokens/day, match: {model: \(pattern)}}}"
    )
    #expect(lines.count == (isServed ? 0 : 1))
    #expect(lines.allSatisfy { $0.contains("is a model that nobody serves") })
  }
}
