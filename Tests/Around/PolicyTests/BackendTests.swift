import Testing

@testable import Policy

@Suite struct BackendTests {
  @Test(arguments: [
    ("{provider: openai}", ["2:6: backends.a: has no credential for openai; add auth: {env: OPENAI_API_KEY}"]),
    ("{provider: gemini}", ["2:6: backends.a: has no credential for gemini; add auth: {env: GEMINI_API_KEY}"]),
    ("{provider: openai, baseURL: http://localhost/v1}", []),
    (
      "{auth: {env: K}}",
      [
        "2:6: backends.a: has no provider; write one of openai, anthropic, gemini, mistral, groq, deepseek, together, "
          + "azure, bedrock, vertex, cohere, openrouter, vllm, ollama"
      ]
    ),
    (
      "{provider: 7, auth: {env: K}}",
      ["2:17: backends.a.provider: must be text, and is a number; put it in quotes if it is meant"]
    ),
    (
      "{provider: fireworks, auth: {env: K}}",
      [
        "2:17: backends.a.provider: is not a provider known here, \"fireworks\"; they are openai, anthropic, "
          + "gemini, mistral, groq, deepseek, together, azure, bedrock, vertex, cohere, openrouter, vllm, ollama. For another OpenAI-compatible server write openai and its baseURL"
      ]
    ),
    (
      "{provider: openai, auth: {env: K}, apiKey: sk-1}",
      ["2:41: backends.a.apiKey: keys are never written in a policy; write auth: {env: NAME} or auth: {file: PATH}"]
    ),
    (
      "{provider: openai, auth: {key: sk-1, env: K}}",
      ["2:32: backends.a.auth.key: keys are never written in a policy; write auth: {env: NAME} or auth: {file: PATH}"]
    ),
    (
      "{provider: openai, auth: {env: sk-proj-1}}",
      [
        "2:37: backends.a.auth.env: must be the name of an environment variable (letters, digits and _), not the key itself"
      ]
    ),
    (
      "{provider: openai, auth: {}}",
      ["2:31: backends.a.auth: does not say where the key is; add env: NAME or file: PATH"]
    ),
    ("{provider: openai, auth: {env: K, file: /k}}", ["2:31: backends.a.auth: has both env and file; keep one"]),
    (
      "{provider: openai, auth: {file: ~/key}}",
      ["2:38: backends.a.auth.file: starts with ~, which only a shell replaces; write the whole path"]
    ),
    ("{provider: openai, auth: {file: \"\"}}", ["2:38: backends.a.auth.file: must be the path of a file"]),
    (
      "{provider: openai, auth: {env: K, headerName: \"a b\"}}",
      ["2:52: backends.a.auth.headerName: must name a header in letters, digits and -, such as x-user-id"]
    ),
    (
      "{provider: openai, auth: {env: K, headerPrefix: \"a\\n\"}}",
      [
        "2:54: backends.a.auth.headerPrefix: must be at most 64 printable ASCII characters, such as \"Bearer \" with its space"
      ]
    ),
    (
      "{provider: openai, auth: {env: K}, tls: {}}",
      ["2:46: backends.a.tls: has no caFile; name a file of PEM certificates, or remove tls"]
    ),
    (
      "{provider: openai, baseURL: http://h, tls: {caFile: /c}}",
      ["2:49: backends.a.tls: has no meaning for an http:// address; remove it or write https://"]
    ),
    (
      "{provider: openai, baseURL: http://h, timeouts: {firstByte: 0s, idle: 25h, connect: 5 minutes, read: 1s}}",
      [
        "2:66: backends.a.timeouts.firstByte: must be a duration from 1ms to 24h such as 500ms, 10s, 2m or 1h, and is \"0s\"",
        "2:76: backends.a.timeouts.idle: must be a duration from 1ms to 24h such as 500ms, 10s, 2m or 1h, and is \"25h\"",
        "2:90: backends.a.timeouts.connect: "
          + "must be a duration from 1ms to 24h such as 500ms, 10s, 2m or 1h, and is \"5 minutes\"",
        "2:101: backends.a.timeouts.read: is not a field; here stand connect, firstByte, idle",
      ]
    ),
    ("[]", ["2:6: backends.a: must be a mapping, and is a list"]),
    (
      "{Provider: groq, Auth: {env: K}}",
      [
        "2:7: backends.a.Provider: is not a field; did you mean provider?",
        "2:23: backends.a.Auth: is not a field; did you mean auth?",
      ]
    ),
  ])
  func `a backend's faults are told where they stand`(backend: String, expected: [String]) {
    #expect(complaints(backends: "a: \(backend)", then: "") == expected.map { "aigw.yaml:" + $0 })
  }

  @Test(arguments: [
    "sk-secret", "{key: sk-secret}", "{env: sk-secret}", "{sk-secret: x}", "[sk-secret]", "{file: \"sk-secret\\n\"}",
  ])
  func `a key written where only its place belongs is never repeated`(auth: String) {
    let lines = complaints(
      backends: "a: {provider: openai, baseURL: 'http://user:sk-secret@h', auth: \(auth)}", then: "")
    #expect((2...3).contains(lines.count))
    // The name of an unknown field is the one thing that has to be repeated.
    #expect(lines.filter { $0.contains("sk-secret") }.count == (auth.hasPrefix("{sk-") ? 1 : 0))
  }

  @Test(arguments: [
    ("https://api.openai.com/v1", "https://api.openai.com/v1", "api.openai.com", 443),
    ("HTTP://LocalHost", "http://localhost", "localhost", 80),
    (
      "http://127.0.0.1:9000/~status=429;retry-after=2/v1/", "http://127.0.0.1:9000/~status=429;retry-after=2/v1",
      "127.0.0.1:9000", 9000
    ),
    ("https://h:443/", "https://h", "h", 443), ("http://h:443", "http://h:443", "h:443", 443),
    ("http://[::1]:8080/v1", "http://[::1]:8080/v1", "[::1]:8080", 8080),
    ("http://[2001:DB8::1:192.0.2.1]", "http://[2001:db8::1:192.0.2.1]", "[2001:db8::1:192.0.2.1]", 80),
    ("http://[1:2:3:4:5:6:7:8]", "http://[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:8]", 80),
    ("http://[::]", "http://[::]", "[::]", 80),
    ("http://[1:2:3:4:5:6::8]", "http://[1:2:3:4:5:6::8]", "[1:2:3:4:5:6::8]", 80),
    ("http://my_service.ns.svc:1/a%20b", "http://my_service.ns.svc:1/a%20b", "my_service.ns.svc:1", 1),
  ])
  func `an address is taken apart`(text: String, whole: String, authority: String, port: UInt16) throws {
    let url = try Policy.BaseURL(parsing: text)
    #expect(url.description == whole)
    #expect(url.authority == authority)
    #expect(url.port == port)
  }

  @Test(arguments: [
    ("", "must start with https:// or http://"), ("api.openai.com", "must start with https:// or http://"),
    ("https:/h", "must start with https:// or http://"), ("ws://h", "must start with https:// or http://"),
    ("http://h/v1?x=1", "must end with its path; remove the query (?) or the fragment (#)"),
    ("http://h#x", "must end with its path; remove the query (?) or the fragment (#)"),
    ("http://u:p@h", "must not hold a user or a password; write auth: {env: NAME} or {file: PATH} instead"),
    ("http://h:0", "must have a port from 1 to 65535 after its host, or none"),
    ("http://h:65536", "must have a port from 1 to 65535 after its host, or none"),
    ("http://h:", "must have a port from 1 to 65535 after its host, or none"),
    ("http://h:+1", "must have a port from 1 to 65535 after its host, or none"),
    ("http://[::1]8080", "must have a port from 1 to 65535 after its host, or none"),
    ("http://[::1", "has [ without ] around its IPv6 address"), ("http://[]", "has no IPv6 address between [ and ]"),
    ("http://[1:2:3]", "has no IPv6 address between [ and ]"),
    ("http://[::1::]", "has no IPv6 address between [ and ]"),
    ("http://[:::]", "has no IPv6 address between [ and ]"),
    ("http://[1:2:3:4:5:6:7::8]", "has no IPv6 address between [ and ]"),
    ("http://[1:2:3:4:5:6:7:8::]", "has no IPv6 address between [ and ]"),
    ("http://[fe80::1%25eth0]", "has no IPv6 address between [ and ]"),
    ("http://[1.2.3.4::]", "has no IPv6 address between [ and ]"),
    ("http://[::12345]", "has no IPv6 address between [ and ]"),
    ("http://", "has no valid host after http://; write a DNS name, an IPv4 address or [an IPv6 address]"),
    ("https:///v1", "has no valid host after https://; write a DNS name, an IPv4 address or [an IPv6 address]"),
    ("http://127.1", "has no valid host after http://; write a DNS name, an IPv4 address or [an IPv6 address]"),
    ("http://0x7f000001", "has no valid host after http://; write a DNS name, an IPv4 address or [an IPv6 address]"),
    ("http://1.2.3.256", "has no valid host after http://; write a DNS name, an IPv4 address or [an IPv6 address]"),
    ("http://010.0.0.1", "has no valid host after http://; write a DNS name, an IPv4 address or [an IPv6 address]"),
    ("http://-a", "has no valid host after http://; write a DNS name, an IPv4 address or [an IPv6 address]"),
    ("http://a..b", "has no valid host after http://; write a DNS name, an IPv4 address or [an IPv6 address]"),
    ("http://a.", "has no valid host after http://; write a DNS name, an IPv4 address or [an IPv6 address]"),
    ("http://h/../v1", "has an empty, . or .. segment in its path; remove it"),
    ("http://h//v1", "has an empty, . or .. segment in its path; remove it"),
    ("http://h/{x}", "has a character in its path that must be percent-encoded"),
    ("http://h/a%2", "has a character in its path that must be percent-encoded"),
    ("http://h/a b", "has a space or a character outside ASCII; write the host in punycode, percent-encode the path"),
    (
      "http://h\r\nx: y",
      "has a space or a character outside ASCII; write the host in punycode, percent-encode the path"
    ),
    (
      "http://\u{212A}", "has a space or a character outside ASCII; write the host in punycode, percent-encode the path"
    ),
  ])
  func `an address that could be misread is refused`(text: String, expected: String) {
    var reason = "accepted"
    do { _ = try Policy.BaseURL(parsing: text) } catch { reason = error.reason }
    #expect(reason == expected)
  }

  @Test func `a drained backend stays in the policy`() throws {
    let policy = try policy(
      "backends: {a: {provider: groq, auth: {env: K}, drained: true}, b: {provider: groq, auth: {env: K}}}")
    #expect(policy.backends.map(\.isDrained) == [true, false])
    #expect(
      complaints("backends: {a: {provider: groq, auth: {env: K}, drained: yes}}")
        == ["aigw.yaml:1:57: backends.a.drained: must be true or false, and is text"])
  }
}
