// AnthropicEndpoints: the table of what can be asked for in this dialect, and how it is charged
// (platform.claude.com/docs/en/api).

import Exchange
import Hub

enum AnthropicEndpoints {
  static let rows: [EndpointRow] = [
    row(.post, "/v1/messages", .conversation, .tokens),
    row(.post, "/v1/messages/count_tokens", .count, .free),
    row(.get, "/v1/messages/batches", .other, .free),
    row(.post, "/v1/messages/batches", .other, .later),
    row([.get, .delete], "/v1/messages/batches/{id}", .other, .free),
    row(.post, "/v1/messages/batches/{id}/cancel", .other, .free),
    row(.get, "/v1/messages/batches/{id}/results", .other, .free),
    row(.post, "/v1/complete", .completion, .tokens),
    row(.get, "/v1/models", .models, .free),
    row(.get, "/v1/models/{model}", .model, .free),
    row([.get, .post], "/v1/files", .other, .free),
    row([.get, .delete], "/v1/files/{id}", .other, .free),
    row(.get, "/v1/files/{id}/content", .other, .free),
  ]

  private static func row(
    _ methods: EndpointRow.Methods, _ path: String, _ kind: EndpointRow.Kind, _ charge: EndpointRow.Charge,
    streams: Bool = false
  ) -> EndpointRow {
    EndpointRow(.anthropic, methods, path, kind, charge, streams: streams)
  }
}
