// GeminiEndpoints: the table of what can be asked for in this dialect, and how it is charged
// (ai.google.dev/api).

import Exchange
import Hub

enum GeminiEndpoints {
  static let rows: [EndpointRow] = [
    row(.post, "/v1beta/models/{model}:generateContent", .conversation, .tokens),
    row(.post, "/v1beta/models/{model}:streamGenerateContent", .conversation, .tokens, streams: true),
    row(.post, "/v1beta/models/{model}:countTokens", .count, .free),
    row(.post, "/v1beta/models/{model}:embedContent", .embedding, .tokens),
    row(.post, "/v1beta/models/{model}:batchEmbedContents", .embedding, .tokens),
    row(.post, "/v1beta/models/{model}:batchGenerateContent", .other, .later),
    row(.post, "/v1beta/models/{model}:asyncBatchEmbedContent", .other, .later),
    row(.post, "/v1beta/models/{model}:predict", .other, .units),
    row(.post, "/v1beta/models/{model}:predictLongRunning", .other, .later),
    row(.post, "/v1beta/tunedModels/{model}:generateContent", .conversation, .tokens),
    row(.post, "/v1beta/tunedModels/{model}:streamGenerateContent", .conversation, .tokens, streams: true),
    row(.post, "/v1beta/tunedModels/{model}:countTokens", .count, .free),
    row(.get, "/v1beta/tunedModels", .other, .free),
    row(.get, "/v1beta/models", .models, .free),
    row(.get, "/v1beta/models/{model}", .model, .free),
    row(.get, "/v1beta/files", .other, .free),
    row(.post, "/v1beta/files", .other, .free),
    row([.get, .delete], "/v1beta/files/{id}", .other, .free),
    row(.post, "/upload/v1beta/files", .other, .free),
    row(.get, "/v1beta/cachedContents", .other, .free),
    row(.post, "/v1beta/cachedContents", .other, .unknown),
    row([.get, .delete], "/v1beta/cachedContents/{id}", .other, .free),
    row(.patch, "/v1beta/cachedContents/{id}", .other, .unknown),
    row(.get, "/v1beta/batches", .other, .free),
    row([.get, .delete], "/v1beta/batches/{id}", .other, .free),
    row(.get, "/v1beta/operations/{id}", .other, .free),
    row(.post, "/v1/models/{model}:generateContent", .conversation, .tokens),
    row(.post, "/v1/models/{model}:streamGenerateContent", .conversation, .tokens, streams: true),
    row(.post, "/v1/models/{model}:countTokens", .count, .free),
    row(.post, "/v1/models/{model}:embedContent", .embedding, .tokens),
    row(.post, "/v1/models/{model}:batchEmbedContents", .embedding, .tokens),
    row(.post, "/v1/models/{model}:batchGenerateContent", .other, .later),
    row(.post, "/v1/models/{model}:asyncBatchEmbedContent", .other, .later),
    row(.post, "/v1/models/{model}:predict", .other, .units),
    row(.post, "/v1/models/{model}:predictLongRunning", .other, .later),
    row(.post, "/v1/tunedModels/{model}:generateContent", .conversation, .tokens),
    row(.post, "/v1/tunedModels/{model}:streamGenerateContent", .conversation, .tokens, streams: true),
    row(.post, "/v1/tunedModels/{model}:countTokens", .count, .free),
    row(.post, "/v1alpha/models/{model}:generateContent", .conversation, .tokens),
    row(.post, "/v1alpha/models/{model}:streamGenerateContent", .conversation, .tokens, streams: true),
    row(.post, "/v1alpha/models/{model}:countTokens", .count, .free),
    row(.post, "/v1alpha/models/{model}:embedContent", .embedding, .tokens),
    row(.post, "/v1alpha/models/{model}:batchEmbedContents", .embedding, .tokens),
    row(.post, "/v1alpha/models/{model}:batchGenerateContent", .other, .later),
    row(.post, "/v1alpha/models/{model}:asyncBatchEmbedContent", .other, .later),
    row(.post, "/v1alpha/models/{model}:predict", .other, .units),
    row(.post, "/v1alpha/models/{model}:predictLongRunning", .other, .later),
    row(.post, "/v1alpha/tunedModels/{model}:generateContent", .conversation, .tokens),
    row(.post, "/v1alpha/tunedModels/{model}:streamGenerateContent", .conversation, .tokens, streams: true),
    row(.post, "/v1alpha/tunedModels/{model}:countTokens", .count, .free),
    row(.get, "/v1alpha/tunedModels", .other, .free),
    row(.get, "/v1alpha/models", .models, .free),
    row(.get, "/v1alpha/models/{model}", .model, .free),
    row(.get, "/v1alpha/files", .other, .free),
    row(.post, "/v1alpha/files", .other, .free),
    row([.get, .delete], "/v1alpha/files/{id}", .other, .free),
    row(.post, "/upload/v1alpha/files", .other, .free),
    row(.get, "/v1alpha/cachedContents", .other, .free),
    row(.post, "/v1alpha/cachedContents", .other, .unknown),
    row([.get, .delete], "/v1alpha/cachedContents/{id}", .other, .free),
    row(.patch, "/v1alpha/cachedContents/{id}", .other, .unknown),
    row(.get, "/v1alpha/batches", .other, .free),
    row([.get, .delete], "/v1alpha/batches/{id}", .other, .free),
    row(.get, "/v1alpha/operations/{id}", .other, .free),
  ]

  private static func row(
    _ methods: EndpointRow.Methods, _ path: String, _ kind: EndpointRow.Kind, _ charge: EndpointRow.Charge,
    streams: Bool = false
  ) -> EndpointRow {
    EndpointRow(.gemini, methods, path, kind, charge, streams: streams)
  }
}
