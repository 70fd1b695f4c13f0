import Exchange
import Guard
import TestSupport
import Testing

@Suite struct EndpointTests {
  static let known: [(line: String, endpoint: Endpoint)] = [
    ("POST /v1/chat/completions", .chatCompletions), ("POST /v1/chat/completions?api-version=1", .chatCompletions),
    ("POST /v1/completions", .completions), ("POST /v1/embeddings", .embeddings), ("GET /v1/models", .models),
    ("GET /v1/models?limit=2", .models), ("HEAD /v1/models", .models), ("GET /v1/models/gpt-4o", .model("gpt-4o")),
    ("HEAD /v1/models/gpt-4o", .model("gpt-4o")), ("GET /v1/models/meta/llama-3?x", .model("meta/llama-3")),
    ("GET /v1/models/", .model("")), ("DELETE /v1/models/ft:gpt", .passThrough), ("POST /v1/responses", .responses),
    ("GET /v1/responses/resp_1", .passThrough), ("POST /openai/v1/responses", .responses),
    ("POST /v2/chat", .cohere(.chat)), ("POST /v2/embed", .cohere(.embed)), ("POST /v2/rerank", .cohere(.rerank)),
    ("POST /model/amazon.nova-lite-v1%3A0/converse", .bedrock(.converse, model: "amazon.nova-lite-v1:0")),
    (
      "POST /model/arn%3Aaws%3Abedrock%3A%3A%3Ainference-profile%2Fx/converse-stream",
      .bedrock(.converseStream, model: "arn:aws:bedrock:::inference-profile/x")
    ),
    ("POST /model/a/b/invoke", .bedrock(.invoke, model: "a/b")),
    ("POST /model/a/invoke-with-response-stream", .bedrock(.invokeWithResponseStream, model: "a")),
    (
      "POST /openai/deployments/my-gpt/chat/completions?api-version=2024-10-21",
      .deployment(.chatCompletions, model: "my-gpt")
    ),
    ("POST /openai/deployments/my-gpt/embeddings", .deployment(.embeddings, model: "my-gpt")),
    ("POST /openai/deployments/my-gpt/images/generations", .passThrough),
    ("POST /v1beta/models/gemini-2.5-pro:generateContent", .gemini(.generateContent, model: "gemini-2.5-pro")),
    ("POST /v1beta/models/a%3A8b:countTokens", .gemini(.countTokens, model: "a:8b")),
    ("POST /v1/models/claude-v1:0:generateContent", .gemini(.generateContent, model: "claude-v1:0")),
    ("POST /v1beta/models/meta%2Fllama:generateContent", .gemini(.generateContent, model: "meta/llama")),
    ("GET /v1beta/models", .models), ("GET /v1beta/models/qwen3:8b", .model("qwen3:8b")),
    ("GET /v1/models/meta%2Fllama-3", .model("meta/llama-3")),
    ("GET /v1/files", .passThrough), ("POST /v1/chat/completions/", .passThrough),
    ("POST /v1/Chat/Completions", .passThrough), ("GET /v1/chat/completions/abc", .passThrough),
    ("POST /chat/completions", .passThrough), ("GET /", .passThrough), ("PROPFIND /v1/files", .passThrough),
    ("OPTIONS *", .passThrough),
  ]

  @Test(arguments: known.indices) func aMethodAndAPathMeanOneDoor(row: Int) throws {
    #expect(try Endpoint(of: request(Self.known[row].line, [])) == Self.known[row].endpoint)
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
    let fault = #expect(throws: Fault.self) { try Endpoint(of: request) }
    #expect(
      fault
        == Fault(
          party: .agent, status: 405, type: "invalid_request_error", code: "method_not_allowed",
          message: Self.notAllowed[row].message))
  }

  @Test(arguments: [
    "/model/a/discuss", "/model//converse", "/model/%zz/converse", "/model/a%2/converse", "/model/%ff/converse",
    "/model/converse",
  ])
  func aMethodNoModelHasIsRefusedNamingThoseThereAre(path: String) throws {
    let request = try request("POST \(path)", [])
    let fault = #expect(throws: Fault.self) { try Endpoint(of: request) }
    #expect(fault?.status == 404 && fault?.message.contains("converse, converse-stream") == true)
  }

  @Test(arguments: [
    "/v1beta/models/..%2F..%2Fx:generateContent", "/v1beta/models/%2e%2e%2fx:generateContent",
    "/v1beta/models/%252e%252e:generateContent", "/v1beta/models/a//b:generateContent",
    "/v1/models/../files:countTokens",
  ])
  func aModelsNameThatCouldBeReadAsAnotherPathIsRefused(path: String) throws {
    let request = try request("POST \(path)", [])
    let fault = #expect(throws: Fault.self) { try Endpoint(of: request) }
    #expect(fault?.status == 400 && fault?.code == "invalid_path")
  }

  @Test func callsOfModelsNeedOne() {
    let calls: [Endpoint] = [.chatCompletions, .completions, .embeddings, .responses, .cohere(.rerank)]
    for endpoint in calls { #expect(endpoint.isModelCall) }
    for endpoint in [Endpoint.models, .model("a"), .passThrough] { #expect(!endpoint.isModelCall) }
  }
}
