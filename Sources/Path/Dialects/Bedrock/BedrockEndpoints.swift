// BedrockEndpoints: the table of what can be asked for in this dialect, and how it is charged
// (docs.aws.amazon.com/bedrock/latest/APIReference).

import Exchange
import Hub

enum BedrockEndpoints {
  static let rows: [EndpointRow] = [
    row(.post, "/model/{model}/converse", .conversation, .tokens),
    row(.post, "/model/{model}/converse-stream", .conversation, .tokens, streams: true),
    row(.post, "/model/{model}/invoke", .invocation, .tokens),
    row(.post, "/model/{model}/invoke-with-response-stream", .invocation, .tokens, streams: true),
    row(.post, "/model/{model}/count-tokens", .count, .free),
    row(.get, "/async-invoke", .other, .free),
    row(.post, "/async-invoke", .other, .later),
    row(.get, "/async-invoke/{id}", .other, .free),
    row(.post, "/guardrail/{id}/version/{id}/apply", .other, .units),
  ]

  private static func row(
    _ methods: EndpointRow.Methods, _ path: String, _ kind: EndpointRow.Kind, _ charge: EndpointRow.Charge,
    streams: Bool = false
  ) -> EndpointRow {
    EndpointRow(.bedrock, methods, path, kind, charge, streams: streams)
  }
}
