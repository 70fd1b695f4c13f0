import Bytes
import Exchange
import TestSupport
import Testing

@testable import Dialects
@testable import Hub

@Suite struct EndpointRouterTests {
  static let known: [(line: String, dialect: Dialect, kind: EndpointRow.Kind, model: String?)] = [
    ("POST /v1/chat/completions", .openAI, .conversation, nil),
    ("POST /v1/chat/completions?api-version=1", .openAI, .conversation, nil),
    ("POST /v1/chat/completions/", .openAI, .conversation, nil),
    ("POST /openai/v1/chat/completions", .openAI, .conversation, nil),
    ("POST /v1/v1/chat/completions", .openAI, .conversation, nil),
    ("POST /v1beta/openai/chat/completions", .openAI, .conversation, nil),
    ("POST /v1/ch%61t/completions", .openAI, .conversation, nil),
    ("POST /v1/completions", .openAI, .completion, nil), ("POST /v1/embeddings", .openAI, .embedding, nil),
    ("GET /v1/models", .openAI, .models, nil), ("GET /v1/models?limit=2", .openAI, .models, nil),
    ("HEAD /v1/models", .openAI, .models, nil), ("GET /v1/models/", .openAI, .models, nil),
    ("GET /v1/models/gpt-4o", .openAI, .model, "gpt-4o"), ("HEAD /v1/models/gpt-4o", .openAI, .model, "gpt-4o"),
    ("GET /v1/models/meta/llama-3?x", .openAI, .model, "meta/llama-3"),
    ("GET /v1/models/meta%2Fllama-3", .openAI, .model, "meta/llama-3"),
    ("DELETE /v1/models/ft:gpt", .openAI, .other, "ft:gpt"), ("POST /v1/responses", .responses, .conversation, nil),
    ("GET /v1/responses/resp_1", .responses, .other, nil),
    ("POST /openai/v1/responses", .responses, .conversation, nil),
    ("POST /v1/responses/input_tokens", .responses, .count, nil),
    ("POST /v1/messages", .anthropic, .conversation, nil),
    ("POST /anthropic/v1/messages", .anthropic, .conversation, nil),
    ("POST /v1/messages/count_tokens", .anthropic, .count, nil), ("POST /v1/messages/batches", .anthropic, .other, nil),
    ("POST /v2/chat", .cohere, .conversation, nil), ("POST /v2/embed", .cohere, .embedding, nil),
    ("POST /v2/rerank", .cohere, .rerank, nil), ("POST /v1/chat", .cohere, .completion, nil),
    ("POST /model/amazon.nova-lite-v1%3A0/converse", .bedrock, .conversation, "amazon.nova-lite-v1:0"),
    (
      "POST /model/arn%3Aaws%3Abedrock%3A%3A%3Ainference-profile%2Fx/converse-stream", .bedrock, .conversation,
      "arn:aws:bedrock:::inference-profile/x"
    ),
    ("POST /model/a/b/invoke", .bedrock, .invocation, "a/b"),
    ("POST /model/a/invoke-with-response-stream", .bedrock, .invocation, "a"),
    ("POST /model/a/count-tokens", .bedrock, .count, "a"),
    ("POST /openai/deployments/my-gpt/chat/completions?api-version=2024-10-21", .openAI, .conversation, "my-gpt"),
    ("POST /openai/deployments/my-gpt/embeddings", .openAI, .embedding, "my-gpt"),
    ("POST /openai/deployments/my-gpt/images/generations", .openAI, .other, "my-gpt"),
    ("POST /v1beta/models/gemini-2.5-pro:generateContent", .gemini, .conversation, "gemini-2.5-pro"),
    ("POST /v1/models/gemini-2.5-pro:generateContent", .gemini, .conversation, "gemini-2.5-pro"),
    ("POST /v1beta/models/qwen3:8b:generateContent", .gemini, .conversation, "qwen3:8b"),
    ("POST /v1beta/models/qwen3%3A8b:streamGenerateContent?alt=sse", .gemini, .conversation, "qwen3:8b"),
    ("GET /v1beta/models", .gemini, .models, nil), ("GET /v1beta/models/m", .gemini, .model, "m"),
    ("GET /v1/files", .openAI, .other, nil), ("POST /v1/Chat/Completions", .openAI, .other, nil),
    ("GET /v1/chat/completions/abc", .openAI, .other, nil), ("POST /chat/completions", .openAI, .other, nil),
    ("GET /", .openAI, .other, nil), ("PROPFIND /v1/files", .openAI, .other, nil), ("OPTIONS *", .openAI, .other, nil),
    ("GET /v1/realtime?model=m", .openAI, .session, nil),
  ]

  @Test(arguments: known.indices) func aMethodAndAPathMeanOneEndpoint(row: Int) throws {
    let expected = Self.known[row]
    let found = try EndpointRouter.all.endpoint(of: request(expected.line, []))
    #expect(found.dialect == expected.dialect && found.kind == expected.kind && found.model == expected.model)
  }

  @Test func aHeaderTellsAnthropicsListFromOpenAIs() throws {
    let asked = try request("GET /v1/models", ["anthropic-version: 2023-06-01"])
    #expect(try EndpointRouter.all.endpoint(of: asked).dialect == .anthropic)
  }

  static let charged: [(line: String, charge: EndpointRow.Charge)] = [
    ("GET /v1/files", .free), ("POST /v1/files", .free), ("POST /v1/moderations", .free), ("POST /v1/batches", .later),
    ("POST /v1/images/generations", .units), ("POST /v1/realtime/client_secrets", .minted),
    ("POST /v1/anything/new", .unknown), ("POST /v1/fine_tuning/jobs", .later), ("DELETE /v1/responses/r", .free),
    ("POST /v1beta/models/m:batchGenerateContent", .later), ("POST /v1/threads/t/runs", .unknown),
  ]

  @Test(arguments: charged.indices) func everyRowSaysHowItIsCharged(row: Int) throws {
    #expect(
      try EndpointRouter.all.endpoint(of: request(Self.charged[row].line, [])).row.charge == Self.charged[row].charge)
  }

  static let canonical: [(spelled: String, path: String)] = [
    ("/v1/chat/completions", "/v1/chat/completions"), ("/openai/v1/chat/completions/", "/v1/chat/completions"),
    ("/%76%31/chat/completions", "/v1/chat/completions"), ("/v1/models/a%3ab", "/v1/models/a%3Ab"),
    ("/anthropic/v1/messages", "/v1/messages"),
  ]

  @Test(arguments: canonical.indices) func aPathHasOneForm(row: Int) throws {
    let endpoint = try EndpointRouter.all.endpoint(
      of: request(
        "\(Self.canonical[row].spelled.contains("models") ? "GET" : "POST") \(Self.canonical[row].spelled)", []))
    #expect(endpoint.path.text == Self.canonical[row].path)
  }

  @Test(arguments: [
    "/v1/../admin", "/v1//chat/completions", "/v1/%2e%2e/x", "/v1/files%2Fx", "/v1/a\\b", "/v1/./x", "/model//converse",
    "/model/%zz/converse", "/model/a%2/converse", "/v1/files/%00",
  ])
  func aPathThatCouldBeReadAsAnotherIsRefused(path: String) throws {
    let request = try request("POST \(path)", [])
    #expect(#expect(throws: Fault.self) { try EndpointRouter.all.endpoint(of: request) }?.status == 400)
  }

  @Test(arguments: ["/model/a%25b/converse", "/v1beta/models/a..b:generateContent", "/model/%0A/converse"])
  func aNameThatNoModelHasIsRefused(path: String) throws {
    let request = try request("POST \(path)", [])
    #expect(#expect(throws: Fault.self) { try EndpointRouter.all.endpoint(of: request) }?.param == "model")
  }

  static let notAllowed: [(line: String, message: String)] = [
    ("GET /v1/chat/completions", "GET /v1/chat/completions is not allowed; use POST."),
    ("HEAD /v1/chat/completions?x=1", "HEAD /v1/chat/completions is not allowed; use POST."),
    ("PUT /v1/completions", "PUT /v1/completions is not allowed; use POST."),
    ("DELETE /v1/embeddings", "DELETE /v1/embeddings is not allowed; use POST."),
    ("POST /v1/models", "POST /v1/models is not allowed; use GET."),
    ("PROPFIND /v1/models", "PROPFIND /v1/models is not allowed; use GET."),
    ("GET /model/a/converse", "GET /model/a/converse is not allowed; use POST."),
    ("TRACE /v1/files", "TRACE /v1/files is not allowed; use GET."),
  ]

  @Test(arguments: notAllowed.indices) func aKnownPathWithAnotherMethodIsRefusedNamingTheRightOne(row: Int) throws {
    let request = try request(Self.notAllowed[row].line, [])
    let fault = #expect(throws: Fault.self) { try EndpointRouter.all.endpoint(of: request) }
    #expect(
      fault
        == Fault(
          party: .agent, status: 405, type: "invalid_request_error", code: "method_not_allowed",
          message: Self.notAllowed[row].message,
          allowedMethod: Self.notAllowed[row].message.hasSuffix("GET.") ? "GET" : "POST"))
  }

  @Test(arguments: ["/model/a/discuss", "/model/converse", "/model/%ff%ff/discuss"])
  func aMethodNoModelHasIsRefusedNamingThoseThereAre(path: String) throws {
    let request = try request("POST \(path)", [])
    let fault = #expect(throws: Fault.self) { try EndpointRouter.all.endpoint(of: request) }
    #expect(fault?.status == 404 && fault?.message.contains("converse, converse-stream") == true)
  }

  @Test func everyRowOfEveryTableIsFound() throws {
    for dialect in Dialect.allCases {
      for row in dialect.adapter.endpoints {
        let path = row.path.split(separator: "{").enumerated().map { index, part in
          index == 0 ? String(part) : "x" + part.drop { $0 != "}" }.dropFirst()
        }.joined()
        let method =
          row.methods.contains(.get)
          ? "GET" : row.methods.contains(.post) ? "POST" : row.methods.contains(.patch) ? "PATCH" : "DELETE"
        let found = try EndpointRouter.all.endpoint(of: request("\(method) \(path)", ["anthropic-version: 1"]))
        #expect(found.row.path == row.path && found.kind == row.kind, "\(method) \(path)")
      }
    }
  }
}
