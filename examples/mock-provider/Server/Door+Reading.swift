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
    case .generate(let model):
      return .generation(try GeminiRequest.read(body, model: model, streams: false, asEvents: false, knobs))
    case .generateStream(let model, let asEvents):
      return .generation(try GeminiRequest.read(body, model: model, streams: true, asEvents: asEvents, knobs))
    case .countContents(let model): return .document(try GeminiRequest.count(body, model: model, knobs))
    case .embedContent(let model): return try GeminiEmbedding.one(body, model: model, knobs)
    case .embedContents(let model): return try GeminiEmbedding.many(body, model: model, knobs)
    case .converse(let model, let streams):
      return .generation(try ConverseRequest.read(body, model: model, streams: streams, knobs))
    case .invoke(let model, let streams): return try Invocation.read(body, model: model, streams: streams, knobs)
    case .cohereChat: return .generation(try CohereRequest.read(body, knobs))
    case .cohereEmbed: return try CohereEmbedding.read(body, onBedrock: nil, knobs)
    case .cohereRerank: return try CohereRerank.read(body, knobs)
    case .responses: return .generation(try ResponsesRequest.read(body, knobs))
    case .other: return .document(Echo.text(request, route))
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
