import Exchange
import Foundation
import Testing

@testable import Policy

/// Whole documents: good ones, the example, and one with everything wrong at once.
@Suite struct DocumentTests {
  static let example = try! String(
    contentsOf: URL(filePath: #filePath).appending(path: "../../../../examples/aigw.yaml").standardized, encoding: .utf8
  )

  @Test func `the smallest policy sends every model to its one backend`() throws {
    let policy = try policy("backends: {openai: {provider: openai, auth: {env: OPENAI_API_KEY}}}")
    let openai = try #require(policy.backend(named: BackendName("openai")))
    #expect(openai.provider.name == "openai")
    #expect(openai.baseURL.description == "https://api.openai.com/v1")
    #expect(openai.credential?.source == .environment("OPENAI_API_KEY"))
    #expect(openai.credential?.keyForm(in: .openAI, of: openai.provider).headerName == "authorization")
    #expect(openai.credential?.keyForm(in: .openAI, of: openai.provider).headerPrefix == "Bearer ")
    #expect(openai.timeouts == Policy.Timeouts())
    let model = try #require(policy.model(serving: ModelName("anything")))
    #expect(model.chain.map(\.backend.text) == ["openai"])
    #expect(model.chain[0].modelNameOverride == nil)
    #expect(model.failover == [.rateLimit, .timeout, .error])
    #expect(model.ownedBy == "openai")
    #expect(policy.budgets == [])
    #expect(policy.limits == Policy.Limits())
  }

  @Test func `the example policy says what its comments say`() throws {
    let policy = try policy(Self.example)
    #expect(policy.backends.map(\.name.text) == ["openai", "anthropic", "local", "inside"])
    #expect(policy.backends[1].credential?.source == .file("/var/run/secrets/anthropic/api-key"))
    #expect(policy.backends[1].timeouts == Policy.Timeouts())
    #expect(policy.backends[2].credential == nil)
    #expect(policy.backends[2].baseURL.description == "http://127.0.0.1:8000/v1")
    #expect(policy.backends[3].credential?.form?.headerName == "api-key")
    #expect(policy.backends[3].credential?.form?.headerPrefix == "")
    #expect(policy.backends[3].caFile == "/etc/ssl/company-ca.pem")
    #expect(policy.models.map(\.pattern.description) == ["gpt-4o", "fast", "claude-*", "*", "careful"])
    #expect(policy.models[4].chain.map(\.condition) == ["budget.remaining > 0.5", "budget.remaining > 0.1"])
    #expect(policy.models[0].chain.map { $0.modelNameOverride?.text } == [nil, "claude-sonnet-4-5"])
    #expect(policy.models[0].chain.map(\.priority) == [0, 1])
    #expect(policy.models[1].chain.map(\.priority) == [0, 0, 1])
    #expect(policy.models[1].chain.map(\.weight) == [3, 1, 1])
    #expect(policy.models[1].ownedBy == "platform-team")
    #expect(policy.model(serving: ModelName("gpt-4o"))?.pattern == .exact(ModelName("gpt-4o")))
    #expect(policy.model(serving: ModelName("claude-opus-4"))?.pattern == .prefix("claude-"))
    #expect(policy.model(serving: ModelName("gpt-4o-mini"))?.pattern == .prefix(""))
    let limits = policy.budgets.map(\.limit)
    #expect(
      policy.budgets.map(\.name.text)
        == ["per-user", "dollars", "patient", "watched", "engineering", "answers", "bursts"])
    #expect(limits.map(\.amount) == [50_000, 100_000_000_000, 100, 1_000_000, 10_000_000, 2_000_000, 600])
    #expect(
      limits.map(\.meter)
        == [.totalTokens, .usd, .requests, .totalTokens, .totalTokens, .outputTokens, .requests])
    #expect(limits.map(\.period) == [.hour, .day, .minute, .day, .day, .month, .minute])
    #expect(limits[6].shape == .tokenBucket(burst: 50))
    #expect(policy.budgets[0].per == [.user])
    #expect(policy.budgets[0].match == [.init(dimension: .model, test: .equals("gpt-4o"))])
    #expect(policy.budgets[1].match == [.init(dimension: .team, test: .equals("engineering"))])
    #expect(policy.budgets[2].enforcement == .queue(maxWaitMs: 10_000))
    #expect(policy.budgets[3].enforcement == .shadow)
    #expect(policy.budgets[4].match == [.init(dimension: .header("x-team-id"), test: .equals("engineering"))])
    #expect(policy.budgets[5].per == [.header("x-team-id"), .model])
    #expect(policy.prices.count == 2)
    #expect(policy.limits == Policy.Limits())
  }

  @Test func `a document in YAML and the same in JSON are the same policy`() throws {
    let yaml = """
      backends:
        a: {provider: openai, auth: {env: KEY}, timeouts: {connect: 2s}}
        b:
          provider: groq
          baseURL: "http://[::1]:8080/v1/"
          auth: {file: ./key, headerName: X-Key, headerPrefix: 'K '}
      models:
        "gpt-3.5-turbo":
          chain:
          - {backend: b, priority: 2, weight: 5}
          - {backend: a, priority: 1, modelNameOverride: other}
          failover:
            on: rateLimit
          ownedBy:
      budgets:
        x: {per: user, match: {model: gpt-3.5-turbo, header:X-Team: blue}, limit: 2k input tokens / second, burst: 3k}
      limits: {headBytesMax: 4096, bodyBytesMax: 1 MiB, idleTimeout: 1h, maxOutputTokensDefault: 100}
      """
    let json = """
      {"backends": {"a": {"provider": "openai", "auth": {"env": "KEY"}, "timeouts": {"connect": "2s"}},
                    "b": {"provider": "groq", "baseURL": "http:\\/\\/[::1]:8080/v1/",
                          "auth": {"file": "./key", "headerName": "X-Key", "headerPrefix": "K\\u0020"}}},
       "models": {"gpt-3.5-turbo": {"chain": [{"backend": "b", "priority": 2, "weight": 5},
                                              {"backend": "a", "priority": 1, "modelNameOverride": "other"}],
                                    "failover": {"on": "rateLimit"}, "ownedBy": null}},
       "budgets": {"x": {"per": "user", "match": {"model": "gpt-3.5-turbo", "header:X-Team": "blue"},
                         "limit": "2k input tokens / second", "burst": "3k"}},
       "limits": {"headBytesMax": 4096, "bodyBytesMax": "1 MiB", "idleTimeout": "1h", "maxOutputTokensDefault": 100}}
      """
    let (first, second) = (try policy(yaml), try policy(json))
    #expect(first == second)
    #expect(first.models[0].chain.map(\.backend.text) == ["a", "b"])
    #expect(first.models[0].failover == [.rateLimit])
    #expect(first.budgets[0].limit.shape == .tokenBucket(burst: 3_000))
    #expect(first.budgets[0].match.last == .init(dimension: .header("x-team"), test: .equals("blue")))
    #expect(first.limits.headBytesMax == 4096)
    #expect(first.limits.idleTimeoutMs == 3_600_000)
  }

  @Test func `everything wrong with a document is said at once, in the order of the file`() {
    let text = """
      backends:
        openai: {provider: openai, base_url: http://127.0.0.1/v1, auth: sk-secret}
        openai: {provider: anthropic}
        cloud: {provider: fireworks}
        here: {provider: opnai, baseURL: "ftp://x", timeouts: {connect: 5}}
      models:
        gpt-4o:
          chain:
          - {backend: opneai}
          - {backend: openai, weight: 0}
          failover: {on: [ratelimit, always]}
        a b: {chain: []}
      budget: {}
      budgets:
        per-user: {per: [x-user-id], match: {model: gpt-4}, limit: 50000 tokens/hours}
        cap: {limit: $0/day, alertAt: 80}
        slow: {limit: 0 tokens/day, timezone: ../Berlin}
      limits:
        headTimeout: 10
        bodyBytesMax: 64 MB
      """
    #expect(
      complaints(text) == [
        "aigw.yaml:2:30: backends.openai.base_url: is not a field; did you mean baseURL?",
        "aigw.yaml:2:67: backends.openai.auth: "
          + "keys are never written in a policy; write auth: {env: NAME} or auth: {file: PATH}",
        "aigw.yaml:3:3: backends.openai: is written twice, first at line 2, column 3; keep one",
        "aigw.yaml:4:21: backends.cloud.provider: is not a provider known here, \"fireworks\"; they are openai, anthropic, "
          + "gemini, mistral, groq, deepseek, together, azure, bedrock, vertex, cohere, openrouter, vllm, ollama. "
          + "For another OpenAI-compatible server write openai and its baseURL",
        "aigw.yaml:5:20: backends.here.provider: is not a provider known here, \"opnai\"; did you mean openai?",
        "aigw.yaml:5:36: backends.here.baseURL: must start with https:// or http://",
        "aigw.yaml:5:67: backends.here.timeouts.connect: "
          + "must be a duration such as 500ms, 10s, 2m or 1h, and is a number",
        "aigw.yaml:9:17: models.gpt-4o.chain[0].backend: "
          + "names a backend that does not exist, \"opneai\"; did you mean openai?",
        "aigw.yaml:10:33: models.gpt-4o.chain[1].weight: must be a whole number from 1 to 1000000, and is \"0\"",
        "aigw.yaml:10:33: models.gpt-4o.chain[1].weight: "
          + "shares calls among equal priorities; give every candidate of this chain a priority",
        "aigw.yaml:11:21: models.gpt-4o.failover.on[0]: "
          + "is not a reason to fail over, \"ratelimit\"; did you mean rateLimit?",
        "aigw.yaml:11:32: models.gpt-4o.failover.on[1]: is not a reason to fail over, \"always\"; "
          + "they are rateLimit, timeout, error, budgetExceeded",
        "aigw.yaml:12:3: models.\"a b\": must be a model's name of 1 to 256 printable ASCII characters without spaces",
        "aigw.yaml:12:16: models.\"a b\".chain: is empty; name at least one backend",
        "aigw.yaml:13:1: budget: is not a field; did you mean budgets?",
        "aigw.yaml:15:20: budgets.per-user.per[0]: is nothing a budget can tell calls apart by, "
          + "\"x-user-id\"; write header:NAME for a header",
        "aigw.yaml:15:47: budgets.per-user.match.model: is a model that nobody serves, \"gpt-4\"; did you mean gpt-4o?",
        "aigw.yaml:15:62: budgets.per-user.limit: has an unknown period, \"hours\"; did you mean hour?",
        "aigw.yaml:16:16: budgets.cap.limit: must be more than nothing, and is \"$0/day\"",
        "aigw.yaml:16:33: budgets.cap.alertAt: must be a part of the limit above 0 and up to 1, such as 0.8, and is 80",
        "aigw.yaml:17:17: budgets.slow.limit: must be at least 1, and is \"0 tokens/day\"",
        "aigw.yaml:17:41: budgets.slow.timezone: "
          + "must be a time zone such as UTC or Europe/Berlin, and is \"../Berlin\"",
        "aigw.yaml:19:16: limits.headTimeout: must be a duration such as 500ms, 10s, 2m or 1h, and is a number",
        "aigw.yaml:20:17: limits.bodyBytesMax: "
          + "must be a size from 1 KiB to 1 GiB in B, KiB, MiB or GiB, and is \"64 MB\"",
      ])
  }

  @Test(arguments: [
    (
      "",
      "aigw.yaml:1:1: is empty; a policy needs at least backends, "
        + "such as {openai: {provider: openai, auth: {env: OPENAI_API_KEY}}}"
    ),
    (
      "models: {}",
      "aigw.yaml:1:1: has no backends; a policy needs at least backends, "
        + "such as {openai: {provider: openai, auth: {env: OPENAI_API_KEY}}}"
    ),
    ("- a", "aigw.yaml:1:1: must be a mapping, and is a list"),
    ("text", "aigw.yaml:1:1: must be a mapping, and is text"),
    (
      "backends: [a",
      "aigw.yaml:2:1: is not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'"
    ),
  ])
  func `a document that is no policy at all says so`(text: String, expected: String) {
    #expect(complaints(text).contains(expected))
  }

  @Test func `a section whose children are all commented out is a section left out`() throws {
    let policy = try policy("backends: {a: {provider: groq, auth: {env: K}}}\nmodels:\nbudgets:\nlimits:\n")
    #expect(policy.models.map(\.pattern) == [.prefix("")])
    #expect(policy.budgets == [])
  }

  @Test func `no more faults are listed than a person will read`() {
    let text = "backends: {a: {provider: groq, auth: {env: K}}}\n" + (0..<500).map { "x\($0): 1\n" }.joined()
    #expect(complaints(text).count == 100)
  }

  @Test func `a section has a bounded number of entries`() {
    let models = (0...20_000).map { "m\($0): " }.joined(separator: "\n  ")
    #expect(complaints(then: "models:\n  \(models)") == ["aigw.yaml:4:3: models: has 20001 entries; it may have 20000"])
  }

  @Test func `a document cannot write to the terminal of whoever checks it`() {
    let lines = complaints("{\"backends\": {\"\\u001b[2J\\u202e\\\"\": {\"provider\": \"\\u0007\\n\"}}}")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value < 127 } })
    #expect(lines[0].hasPrefix("aigw.yaml:1:15: backends.\"\\u{1B}[2J\\u{202E}\\\"\": must be a name of"))
  }
}
