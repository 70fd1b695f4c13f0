// CohereEndpoints: the table of what can be asked for in this dialect, and how it is charged
// (docs.cohere.com/reference).

import Exchange
import Hub

enum CohereEndpoints {
  static let rows: [EndpointRow] = [
    row(.post, "/v2/chat", .conversation, .tokens),
    row(.post, "/v2/embed", .embedding, .tokens),
    row(.post, "/v2/rerank", .rerank, .units),
    row(.post, "/v1/chat", .completion, .tokens),
    row(.post, "/v1/generate", .completion, .tokens),
    row(.post, "/v1/summarize", .other, .unknown),
    row(.post, "/v1/embed", .embedding, .tokens),
    row(.post, "/v1/classify", .other, .unknown),
    row(.get, "/v1/embed-jobs", .other, .free),
    row(.post, "/v1/embed-jobs", .other, .later),
    row(.get, "/v1/embed-jobs/{id}", .other, .free),
    row([.get, .post], "/v1/datasets", .other, .free),
    row([.get, .delete], "/v1/datasets/{id}", .other, .free),
  ]

  private static func row(
    _ methods: EndpointRow.Methods, _ path: String, _ kind: EndpointRow.Kind, _ charge: EndpointRow.Charge,
    streams: Bool = false
  ) -> EndpointRow {
    EndpointRow(.cohere, methods, path, kind, charge, streams: streams)
  }
}
