// ResponsesEndpoints: the table of what can be asked for in this dialect, and how it is charged
// (platform.openai.com/docs/api-reference/responses).

import Exchange
import Hub

enum ResponsesEndpoints {
  static let rows: [EndpointRow] = [
    row(.post, "/v1/responses", .conversation, .tokens),
    row(.get, "/v1/responses", .session, .tokens),
    row([.get, .delete], "/v1/responses/{id}", .other, .free),
    row(.post, "/v1/responses/{id}/cancel", .other, .free),
    row(.get, "/v1/responses/{id}/input_items", .other, .free),
    row(.post, "/v1/responses/input_tokens", .count, .free),
    row(.post, "/v1/responses/compact", .other, .unknown),
    row(.post, "/v1/conversations", .other, .free),
    row([.get, .post, .delete], "/v1/conversations/{id}", .other, .free),
    row([.get, .post], "/v1/conversations/{id}/items", .other, .free),
    row([.get, .delete], "/v1/conversations/{id}/items/{id}", .other, .free),
  ]

  private static func row(
    _ methods: EndpointRow.Methods, _ path: String, _ kind: EndpointRow.Kind, _ charge: EndpointRow.Charge,
    streams: Bool = false
  ) -> EndpointRow {
    EndpointRow(.responses, methods, path, kind, charge, streams: streams)
  }
}
