import Exchange
import Testing

@testable import Policy

@Suite struct ProviderTests {
  private func backend(_ text: String) throws -> Policy.Backend {
    try policy("backends: {a: \(text)}").backends[0]
  }

  @Test(
    arguments: [
      ("provider: openai, auth: {env: K}", "https://api.openai.com/v1", [Dialect.openAI, .responses], "/v1"),
      ("provider: anthropic, auth: {env: K}", "https://api.anthropic.com/v1", [.anthropic], "/v1"),
      (
        "provider: gemini, auth: {env: K}", "https://generativelanguage.googleapis.com/v1beta", [.gemini],
        "/v1beta/openai"
      ),
      (
        "provider: gemini, auth: {env: K}, baseURL: 'https://generativelanguage.googleapis.com/v1beta/openai'",
        "https://generativelanguage.googleapis.com/v1beta/openai", [.openAI], "/v1beta/openai"
      ),
      ("provider: openai, baseURL: 'http://h/openai'", "http://h/openai", [.openAI], "/openai"),
      ("provider: openai, baseURL: 'http://h/v1', dialects: [openAI]", "http://h/v1", [.openAI], "/v1"),
      (
        "provider: deepseek, baseURL: 'https://api.deepseek.com/anthropic', dialects: [anthropic]",
        "https://api.deepseek.com/anthropic", [.anthropic], nil
      ),
      (
        "provider: azure, resource: mine, auth: {env: K}", "https://mine.openai.azure.com/openai/v1",
        [.openAI, .responses], "/openai/v1"
      ),
      (
        "provider: azure, resource: mine, apiVersion: 2024-10-21, auth: {env: K}",
        "https://mine.openai.azure.com/openai", [.openAI, .responses], "/openai"
      ),
      (
        "provider: bedrock, region: eu-central-1, auth: {aws: {}}",
        "https://bedrock-runtime.eu-central-1.amazonaws.com", [.bedrock], nil
      ),
      (
        "provider: bedrock, region: cn-north-1, auth: {env: AWS_BEARER_TOKEN_BEDROCK}",
        "https://bedrock-runtime.cn-north-1.amazonaws.com.cn", [.bedrock], nil
      ),
      (
        "provider: vertex, project: p1, location: europe-west4, auth: {google: {}}",
        "https://europe-west4-aiplatform.googleapis.com/v1/projects/p1/locations/europe-west4/publishers/google",
        [.gemini], nil
      ),
      (
        "provider: vertex, project: p1, location: global, auth: {google: {file: /k}}",
        "https://aiplatform.googleapis.com/v1/projects/p1/locations/global/publishers/google", [.gemini], nil
      ),
      (
        "provider: vertex, project: p1, location: eu, auth: {google: {}}",
        "https://aiplatform.eu.rep.googleapis.com/v1/projects/p1/locations/eu/publishers/google", [.gemini], nil
      ),
      (
        "provider: anthropic, baseURL: 'https://api.anthropic.com'", "https://api.anthropic.com/v1", [.anthropic], "/v1"
      ),
      ("provider: anthropic, baseURL: 'http://h/proxy'", "http://h/proxy/v1", [.anthropic], "/proxy/v1"),
      ("provider: openai, baseURL: 'http://h:8000'", "http://h:8000/v1", [.openAI, .responses], "/v1"),
      (
        "provider: groq, baseURL: 'https://api.groq.com/openai'", "https://api.groq.com/openai/v1", [.openAI],
        "/openai/v1"
      ),
      ("provider: google-gemini, baseURL: 'http://h'", "http://h/v1beta", [.gemini], "/v1beta/openai"),
      ("provider: gemini, baseURL: 'http://h/v1'", "http://h/v1", [.gemini], "/v1/openai"),
      (
        "provider: cohere, baseURL: 'https://api.cohere.com/v2'", "https://api.cohere.com", [.cohere],
        "/compatibility/v1"
      ),
      ("provider: OpenAI, baseURL: 'http://h/v1'", "http://h/v1", [.openAI, .responses], "/v1"),
      ("provider: mistral-ai, baseURL: 'http://h/v1'", "http://h/v1", [.openAI], "/v1"),
      ("provider: Google, baseURL: 'http://h/v1beta'", "http://h/v1beta", [.gemini], "/v1beta/openai"),
      ("provider: google-vertex-ai, baseURL: 'http://h/v1/p'", "http://h/v1/p", [.gemini], nil),
      ("provider: Azure_OpenAI, baseURL: 'https://h'", "https://h/openai/v1", [.openAI, .responses], "/openai/v1"),
      (
        "provider: AWS Bedrock, region: eu-central-1, auth: {aws: {}}",
        "https://bedrock-runtime.eu-central-1.amazonaws.com", [.bedrock], nil
      ),
      ("provider: cohere, auth: {env: K}", "https://api.cohere.com", [.cohere], "/compatibility/v1"),
      ("provider: mistral, auth: {env: K}", "https://api.mistral.ai/v1", [.openAI], "/v1"),
      ("provider: ollama", "http://127.0.0.1:11434/v1", [.openAI], "/v1"),
    ] as [(String, String, [Dialect], String?)])
  func `each provider's address and dialects are known`(
    text: String, url: String, dialects: [Dialect], openAIBasePath: String?
  ) throws {
    let backend = try backend("{\(text)}")
    #expect(backend.baseURL.description == url)
    #expect(backend.dialects == dialects)
    #expect(backend.openAIBasePath == openAIBasePath)
  }

  @Test(arguments: [
    ("provider: openai, auth: {env: K}", Dialect.responses, "authorization", "Bearer "),
    ("provider: anthropic, auth: {env: K}", .anthropic, "x-api-key", ""),
    ("provider: anthropic, auth: {env: K}", .openAI, "authorization", "Bearer "),
    ("provider: gemini, auth: {env: K}", .gemini, "x-goog-api-key", ""),
    ("provider: gemini, auth: {env: K}", .openAI, "authorization", "Bearer "),
    ("provider: azure, resource: r, auth: {env: K}", .openAI, "api-key", ""),
    ("provider: azure, resource: r, auth: {file: /t, headerName: authorization}", .openAI, "authorization", "Bearer "),
    ("provider: vertex, project: p, location: l, auth: {file: /t}", .gemini, "authorization", "Bearer "),
    ("provider: bedrock, region: r, auth: {env: K}", .bedrock, "authorization", "Bearer "),
    ("provider: openai, baseURL: 'http://h', dialects: [anthropic], auth: {env: K}", .anthropic, "x-api-key", ""),
    ("provider: anthropic, auth: {env: K, headerName: x-key}", .anthropic, "x-key", ""),
    ("provider: anthropic, auth: {env: K, headerPrefix: 'Token '}", .anthropic, "authorization", "Token "),
  ])
  func `a key goes where the dialect's own clients put it, unless the policy says where`(
    text: String, dialect: Dialect, name: String, prefix: String
  ) throws {
    let backend = try backend("{\(text)}")
    let form = try #require(backend.credential).keyForm(in: dialect, of: backend.provider)
    #expect(form == KeyForm(headerName: name, headerPrefix: prefix))
  }

  @Test func `a provider may be called as other gateways call it, and goes by its own name`() throws {
    let backend = try backend("{provider: google-gemini, auth: {env: K}}")
    #expect(backend.provider.name == "gemini")
  }

  @Test(arguments: [
    ("aws: {}", Policy.Credential.AWSKeys.usualPlaces),
    ("aws: {profile: prod}", .profile("prod", file: nil)),
    ("aws: {profile: prod, file: /c}", .profile("prod", file: "/c")),
    ("aws: {file: /c}", .profile("default", file: "/c")),
    (
      "aws: {role: 'arn:aws:iam::1:role/r', tokenFile: /t}", .role(arn: "arn:aws:iam::1:role/r", tokenFile: "/t")
    ),
  ])
  func `AWS's keys have several homes`(auth: String, keys: Policy.Credential.AWSKeys) throws {
    let backend = try backend("{provider: bedrock, region: us-east-1, auth: {\(auth)}}")
    #expect(backend.credential?.source == .aws(keys))
    #expect(backend.region == "us-east-1")
  }

  @Test func `an agent may bring a key in a header the policy names`() throws {
    let backend = try backend("{provider: openai, auth: {env: K, overrideHeader: X-Provider-Key}}")
    #expect(backend.credential?.overrideHeader == "x-provider-key")
  }

  @Test(arguments: [
    (
      "{provider: azure, auth: {env: K}}",
      [
        "2:6: backends.a: has no resource, of which azure's address is made; write resource: NAME as in NAME.openai.azure.com"
      ]
    ),
    (
      "{provider: bedrock, auth: {aws: {}}}",
      ["2:6: backends.a: has no region, of which bedrock's address is made; write region: us-east-1"]
    ),
    (
      "{provider: bedrock, baseURL: http://h, auth: {aws: {}}}",
      ["2:6: backends.a: has no region, of which bedrock's address is made; write region: us-east-1"]
    ),
    (
      "{provider: bedrock, region: us-east-1}",
      ["2:6: backends.a: has no credential for bedrock; add auth: {aws: {}}"]
    ),
    (
      "{provider: vertex, auth: {google: {}}}",
      [
        "2:6: backends.a: has no project, of which vertex's address is made; write project: ID",
        "2:6: backends.a: has no location, of which vertex's address is made; write location: us-central1, or global",
      ]
    ),
    (
      "{provider: openai, region: us-east-1, auth: {env: K}}",
      ["2:33: backends.a.region: has no meaning for openai; remove it"]
    ),
    (
      "{provider: azure, resource: r, baseURL: http://h/openai/v1}",
      ["2:34: backends.a.resource: is a part of the address that baseURL gives whole; keep one of the two"]
    ),
    (
      "{provider: azure, resource: a.b, auth: {env: K}}",
      ["2:34: backends.a.resource: must be 1 to 63 lower-case letters, digits and hyphens"]
    ),
    (
      "{provider: openai, auth: {aws: {}}}",
      [
        "2:37: backends.a.auth.aws: cannot be sent here: AWS's keys sign requests to bedrock alone; "
          + "write env: NAME or file: PATH"
      ]
    ),
    (
      "{provider: openai, auth: {google: {}}}",
      [
        "2:40: backends.a.auth.google: cannot be sent here: Google's tokens are for vertex alone; "
          + "write env: NAME or file: PATH"
      ]
    ),
    (
      "{provider: bedrock, region: r, auth: {aws: {role: r}}}",
      [
        "2:49: backends.a.auth.aws: must be {}, {profile: NAME, file: PATH} or {role: ARN, tokenFile: PATH}, and has role"
      ]
    ),
    (
      "{provider: bedrock, region: r, auth: {aws: {}, headerName: x}}",
      [
        "2:65: backends.a.auth.headerName: has no meaning beside aws, which says what is sent; remove it"
      ]
    ),
    (
      "{provider: openai, auth: {env: K}, dialects: [openai]}",
      [
        "2:52: backends.a.dialects[0]: must be openAI or responses or anthropic or gemini or bedrock or cohere, "
          + "and is \"openai\"; did you mean openAI?"
      ]
    ),
    (
      "{provider: openai, auth: {env: K}, dialects: []}",
      ["2:51: backends.a.dialects: is empty; name what the server speaks, as in [openAI]"]
    ),
  ])
  func `what an address is made of must be there and be meant`(backend: String, expected: [String]) {
    #expect(complaints(backends: "a: \(backend)", then: "") == expected.map { "aigw.yaml:" + $0 })
  }
}
