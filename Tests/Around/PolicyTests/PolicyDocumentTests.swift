import Exchange
import Testing

@testable import Policy

@Suite struct PolicyDocumentTests {
  private func merged(_ files: KeyValuePairs<String, String>) throws(PolicyError) -> PolicyDocument {
    try PolicyDocument(merging: files.map { PolicyDocument.File(name: $0.key, bytes: Array($0.value.utf8)) })
  }

  private func faults(of files: KeyValuePairs<String, String>) -> [String] {
    do {
      _ = try merged(files).policy()
      return []
    } catch {
      return error.diagnostics.map(\.description)
    }
  }

  private func json(_ text: String) throws -> String {
    String(decoding: try PolicyDocument(bytes: text.utf8.span, file: "f").json, as: UTF8.self)
  }

  @Test(arguments: [
    ("a: 1\nb: [x, 'y', true, null]\nc: {}", #"{"a":1,"b":["x","y",true,null],"c":{}}"#),
    ("z: 1\na: 2", #"{"z":1,"a":2}"#), ("{\"a\" : [ ] }", #"{"a":[]}"#), ("", "null"),
    ("a: \"q\\\" \\t \\x01 é 😀\"", #"{"a":"q\" \t \u0001 é 😀"}"#), ("a: 1\na: 2", #"{"a":1}"#),
    ("a: [.5, 1., +1, 007, -0.50, 1e5, +.5E-3]", #"{"a":[0.5,1.0,1,7,-0.50,1e5,0.5E-3]}"#),
    ("a: [0x1F, 0o17, .inf, -.INF, .nan]", #"{"a":["0x1F","0o17",".inf","-.INF",".nan"]}"#),
    ("a: 0.8", #"{"a":0.8}"#), ("a: 1_0", #"{"a":"1_0"}"#),
  ])
  func `a document is written as JSON that says the same, in the same order`(text: String, expected: String) throws {
    #expect(try json(text) == expected)
    // What it wrote, it reads as JSON to the same.
    if expected != "null" { #expect(try json(expected) == expected) }
  }

  @Test func `the example and its JSON are the same policy`() throws {
    let document = try PolicyDocument(bytes: DocumentTests.example.utf8.span, file: "aigw.yaml")
    let json = document.json
    #expect(json.first == UInt8(ascii: "{"))
    #expect(try Policy.load(json: json.span, origin: "policy") == document.policy())
  }

  @Test func `the files of a folder are one policy`() throws {
    let policy = try merged([
      "10-backends.yaml": "backends: {a: {provider: groq, auth: {env: K}}}\nbudgets:\n",
      "20-more.json":
        #"{"backends": {"b": {"provider": "mistral", "auth": {"env": "M"}}}, "budgets": {"x": {"limit": "5 tokens/day"}}}"#,
      "30-budgets.yaml": "budgets: {y: {limit: 6 tokens/day}}\nlimits: {headTimeout: 1s}",
      "40-limits.yaml": "limits: {idleTimeout: 2s}", "50-nothing.yaml": "# nothing\n",
    ]).policy()
    #expect(policy.backends.map(\.name.text) == ["a", "b"])
    #expect(policy.budgets.map(\.name.text) == ["x", "y"])
    #expect(policy.limits.headTimeoutMs == 1_000)
    #expect(policy.limits.idleTimeoutMs == 2_000)
  }

  @Test func `what two files both say is reported with both places, and every fault with its file`() {
    let lines = faults(of: [
      "a.yaml": "backends: {a: {provider: groq, auth: {env: K}}}\nlimits: {headTimeout: 1s}\nmodels: {m: 1}",
      "b.yaml":
        "limits:\n  headTimeout: 2s\n  idleTimeout: 3\nmodels: [m]\nbudgets: {b: {limit: 0 tokens/day}}\nbudgets: {}",
    ])
    #expect(
      lines == [
        "a.yaml:3:13: models.m: must be a mapping, and is a number",
        "b.yaml:2:3: limits.headTimeout: is written twice, first at a.yaml, line 2, column 10; keep one",
        "b.yaml:3:16: limits.idleTimeout: must be a duration such as 500ms, 10s, 2m or 1h, and is a number",
        "b.yaml:4:1: models: is written twice, first at a.yaml, line 3, column 1; keep one",
        "b.yaml:5:22: budgets.b.limit: must be at least 1, and is \"0 tokens/day\"",
        "b.yaml:6:1: budgets: is written twice, first at line 5, column 1; keep one",
      ])
  }

  @Test func `files that are no documents are all reported`() {
    let lines = faults(of: ["a.yaml": "a: [", "b.yaml": "x: 1", "c.json": "{"])
    #expect(
      lines == [
        "a.yaml:2:1: is not valid YAML: while parsing a flow node, did not find expected node content",
        "c.json:1:2: is not valid JSON (it starts with {, so it is read as JSON): expected a name in double quotes",
      ])
    #expect(
      faults(of: ["a.yaml": "backends: {}", "b.yaml": "- 1"]) == ["b.yaml:1:1: must be a mapping, and is a list"])
  }

  @Test func `a folder without files is an empty policy`() {
    let lines = faults(of: [:])
    #expect(lines.count == 1)
    #expect(lines[0].hasPrefix("policy:1:1: is empty; a policy needs at least backends"))
  }

  @Test func `a folder may hold no more bytes than a file`() {
    let comment = String(repeating: "#", count: 5 << 20)
    #expect(
      faults(of: ["a.yaml": comment, "b.yaml": comment])
        == ["a.yaml: and the other files are 10485760 bytes long; a policy has at most 8388608"])
  }

  @Test func `the parts of a folder are its visible YAML and JSON files by name`() {
    let names = ["b.yml", "a.yaml", "README.md", ".hidden.yaml", "..data", "Z.json", "aigw.yaml~", "10.yaml", "yaml"]
    #expect(PolicyDocument.parts(among: names) == ["10.yaml", "Z.json", "a.yaml", "b.yml"])
  }

  @Test func `the faults of a document nobody wrote have a path and no position`() {
    var lines: [String] = []
    do {
      _ = try Policy.load(json: #"{"backends": {"a": {"provider": "opnai"}}}"#.utf8.span, origin: "policy")
    } catch {
      lines = error.diagnostics.map(\.description)
    }
    #expect(
      lines == [
        "policy: backends.a.provider: is not a provider known here, \"opnai\"; did you mean openai?"
      ])
  }

  @Test func `ten thousand budgets and models are read, and a misspelt one among them is found`() throws {
    let models = (0..<10_000).map { "\"m\($0)\":{\"chain\":[{\"backend\":\"a\"}]}" }.joined(separator: ",")
    func budgets(_ last: String) -> String {
      (0..<10_000).map {
        "\"b\($0)\":{\"match\":{\"model\":\"m\($0 < 9_999 ? "\($0)" : last)\"},\"limit\":\"5 tokens/day\"}"
      }
      .joined(separator: ",")
    }
    func document(_ last: String) -> String {
      "{\"backends\":{\"a\":{\"provider\":\"groq\",\"auth\":{\"env\":\"K\"}}},\"models\":{\(models)},\"budgets\":{\(budgets(last))}}"
    }
    #expect(try Policy.load(json: document("9999").utf8.span, origin: "p").budgets.count == 10_000)
    var found: [Diagnostic] = []
    do { _ = try Policy.load(json: document("x").utf8.span, origin: "p") } catch { found = error.diagnostics }
    #expect(found.map(\.path) == ["budgets.b9999.match.model"])
  }
}
