// Door+Reading: which dialect reads a request.

import Bytes
import HTTP

extension Door {
  /// What the body asks for; throws what its provider would have complained about.
  func read(_ request: Request, _ route: Route) throws(Refusal) -> Provider.Asked {
    let body = request.body.span
    let knobs = route.knobs
    switch self {
    case .chat: return .generation(try ChatRequest.read(body, knobs))
    case .deployedChat(let model):
      try route.requireAPIVersion()
      return .generation(try ChatRequest.read(body, deployment: model, knobs))
    case .completions: return .generation(try CompletionRequest.read(body, knobs))
    case .embeddings: return Self.embeddings(try EmbeddingRequest(body, knobs), knobs)
    case .deployedEmbeddings(let model):
      try route.requireAPIVersion()
      return Self.embeddings(try EmbeddingRequest(body, deployment: model, knobs), knobs)
    case .models:
      return .document(ModelList.text(knobs, asAnthropic: request.field("anthropic-version") != nil))
    case .model(let name):
      if let models = knobs.models, !models.contains(name) { throw .unknownModel(name) }
      return .document(ModelList.text(of: name))
    case .messages:
      try AnthropicRequest.checkVersion(request.field("anthropic-version"))
      return .generation(try AnthropicRequest.read(body, .api, knobs))
    case .countMessages:
      try AnthropicRequest.checkVersion(request.field("anthropic-version"))
      return .document(try AnthropicRequest.count(body, knobs))
    case .responses, .generate, .generateStream, .countContents, .embedContent, .embedContents, .converse, .invoke,
      .cohereChat, .cohereEmbed, .cohereRerank, .other:
      return .document(Echo.text(request, route))
    }
  }

  private static func embeddings(_ request: EmbeddingRequest, _ knobs: Knobs) -> Provider.Asked {
    .embeddings(request.cost, EmbeddingsReply.text(request, reportsUsage: knobs.reportsUsage))
  }
}

extension Route {
  /// Azure's paths say which version of the API is meant.
  fileprivate func requireAPIVersion() throws(Refusal) {
    if parameter("api-version") == nil { throw Refusal(status: 404, message: "Resource not found", code: "404") }
  }
}
