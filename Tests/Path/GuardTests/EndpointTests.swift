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
    ("GET /v1/models/", .model("")), ("DELETE /v1/models/ft:gpt", .passThrough), ("POST /v1/responses", .passThrough),
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

  @Test func onlyTheThreeCallsNeedAModel() {
    for endpoint in [Endpoint.chatCompletions, .completions, .embeddings] { #expect(endpoint.isModelCall) }
    for endpoint in [Endpoint.models, .model("a"), .passThrough] { #expect(!endpoint.isModelCall) }
  }
}
