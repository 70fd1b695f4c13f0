import Exchange
import Testing

@testable import Policy

@Suite struct ModelTests {
  @Test(arguments: [
    ("{}", ["4:6: models.m: has no chain; list who serves it, as in chain: [{backend: NAME}]"]),
    ("{chain: a}", ["4:14: models.m.chain: must be a list, and is text"]),
    ("{chain: [a]}", ["4:15: models.m.chain[0]: must be a mapping, and is text"]),
    ("{chain: [{}]}", ["4:15: models.m.chain[0]: has no backend; name one of a"]),
    (
      "{chain: [{backend: zzz}]}",
      ["4:25: models.m.chain[0].backend: names a backend that does not exist, \"zzz\"; name one of a"]
    ),
    (
      "{chain: [{backend: a, modelNameOverride: 4}]}",
      ["4:47: models.m.chain[0].modelNameOverride: must be text, and is a number; put it in quotes if it is meant"]
    ),
    (
      "{chain: [{backend: a, model_name_override: x}]}",
      ["4:28: models.m.chain[0].model_name_override: is not a field; did you mean modelNameOverride?"]
    ),
    (
      "{chain: [{backend: a, priority: -1}]}",
      ["4:38: models.m.chain[0].priority: must be a whole number from 0 to 1000, and is \"-1\""]
    ),
    (
      "{chain: [{backend: a, priority: 1, weight: 99999999999999999999}]}",
      ["4:49: models.m.chain[0].weight: must be a whole number from 1 to 1000000, and is \"99999999999999999999\""]
    ),
    (
      "{chain: [{backend: a, priority: 1}, {backend: a}]}",
      ["4:42: models.m.chain[1]: has no priority while others here do; give every candidate one, or none"]
    ),
    (
      "{chain: [{backend: a, weight: 9}, {backend: a, weight: 1}]}",
      [
        "4:36: models.m.chain[0].weight: shares calls among equal priorities; give every candidate of this chain a priority",
        "4:61: models.m.chain[1].weight: shares calls among equal priorities; give every candidate of this chain a priority",
      ]
    ),
    ("{chain: [{backend: a}], failover: [error]}", ["4:40: models.m.failover: must be a mapping, and is a list"]),
    (
      "{chain: [{backend: a}], failover: {on: {}}}",
      ["4:45: models.m.failover.on: must be text or a list of texts, and is a mapping"]
    ),
    (
      "{chain: [{backend: a}], failover: {on: [429]}}",
      ["4:46: models.m.failover.on[0]: must be text, and is a number; put it in quotes if it is meant"]
    ),
    ("{chain: [{backend: a, when: \"\"}]}", ["4:34: models.m.chain[0].when: must be an expression of 1 to 4096 bytes"]),
  ])
  func `a model's faults are told where they stand`(model: String, expected: [String]) {
    #expect(complaints(then: "models:\n  m: \(model)") == expected.map { "aigw.yaml:" + $0 })
  }

  @Test(arguments: [
    ("\"a*b\"", "4:3: models.\"a*b\": may have one * and only at its end, as in claude-*"),
    ("\"**\"", "4:3: models.\"**\": may have one * and only at its end, as in claude-*"),
    ("\"\"", "4:3: models.\"\": must be a model's name of 1 to 256 printable ASCII characters without spaces"),
    ("\"é\"", "4:3: models.\"é\": must be a model's name of 1 to 256 printable ASCII characters without spaces"),
  ])
  func `a model's name must be one that can travel in a header`(name: String, expected: String) {
    #expect(complaints(then: "models:\n  \(name): {chain: [{backend: a}]}") == ["aigw.yaml:" + expected])
  }

  @Test func `a backend with faults of its own is not reported as missing too`() {
    let lines = complaints(backends: "a: {provider: nobody}", then: "models: {m: {chain: [{backend: a}]}}")
    #expect(lines.count == 1)
  }

  @Test func `candidates stand in the order in which they are tried`() throws {
    let policy = try policy(
      """
      backends: {a: {provider: groq, auth: {env: K}}, b: {provider: mistral, auth: {env: K}}}
      models:
        m: {chain: [{backend: a, priority: 7}, {backend: b, priority: 2, weight: 3}, {backend: a, priority: 2}]}
        never: {chain: [{backend: b}], failover: {on: []}}
        always: {chain: [{backend: b}], failover: {on: [rateLimit, timeout, error, budgetExceeded]}}
        tiers: {chain: [{backend: b, when: budget.remaining > 0.5}, {backend: a}]}
      """)
    #expect(policy.models[0].chain.map { "\($0.backend) \($0.priority) \($0.weight)" } == ["b 2 3", "a 2 1", "a 7 1"])
    #expect(policy.models[0].ownedBy == "mistral")
    #expect(policy.models[1].failover == [])
    #expect(policy.models[2].failover == Set(FailoverTrigger.allCases))
    #expect(policy.models[3].chain.map(\.condition) == ["budget.remaining > 0.5", nil])
    #expect(policy.model(serving: ModelName("other")) == nil)
  }

  @Test func `the longest prefix serves, and an exact name before any prefix`() throws {
    let chain = "{chain: [{backend: a}]}"
    let policy = try policy(
      """
      backends: {a: {provider: groq, auth: {env: K}}}
      models: {"*": \(chain), "g*": \(chain), "gpt-*": \(chain), gpt-4o: \(chain)}
      """)
    let asked = ["gpt-4o", "gpt-4o-mini", "gpt-", "gemini", "o1", ""]
    let served = asked.map { policy.model(serving: ModelName($0))?.pattern.description }
    #expect(served == ["gpt-4o", "gpt-*", "gpt-*", "g*", "*", "*"])
  }
}
