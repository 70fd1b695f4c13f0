// AnthropicAdapter: what is known about this dialect, question by question.

import Bytes
import Exchange
import HTTP
import Hub
import JSON

public struct AnthropicAdapter: DialectAdapter {
  public init() {}

  public var endpoints: [EndpointRow] { AnthropicEndpoints.rows }

  public func request(_ body: ByteSlice, at endpoint: Endpoint) throws(Fault) -> any ModelRequest {
    try AnthropicRequest(body, isOlder: endpoint.kind == .completion)
  }

  public func appendPath(of endpoint: Endpoint, model: String, under base: BasePaths, to head: inout ByteBuffer) {
    endpoint.appendAsIs(under: base.native, to: &head)
  }

  public func appendPath(
    asking kind: EndpointRow.Kind, model: String, streams: Bool, under base: BasePaths, to head: inout ByteBuffer
  ) {
    head.append(base.native)
    head.append(kind == .count ? "/messages/count_tokens" : "/messages")
  }

  public func reply(_ body: ByteSlice, to kind: EndpointRow.Kind) throws(JSONError) -> ModelReply {
    let text = body.span
    let fields = try Self.replyScanner.scan(text)
    let isError = fields.says(.error) || fields.says(.type, "error", in: text)
    let hasReason = fields[.stopReason]?.value.kind == .string
    let shape: ModelReply.Shape =
      kind == .conversation
      ? fields.shape(.content, .array, isError: isError) { $0.first(in: text) != nil || hasReason }
      : fields.shape(isError: isError)
    return ModelReply(
      body, model: fields[.model]?.value,
      usage: fields[.usage].flatMap { ReportedUsage.read(text.extracting($0.value.range)) }, shape: shape)
  }

  private enum ReplyName: String, FieldName {
    case model, usage, error, type, content
    case stopReason = "stop_reason"
  }
  private static let replyScanner = FieldScanner<ReplyName>()

  public func fault(status: Int?, body: ByteSlice) -> Fault { AnthropicMessages.fault(status: status, body: body) }

  public func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent { try StreamEvent(anthropic: data) }

  public func usage(in object: Span<UInt8>) -> Usage? { ReportedUsage.read(object) }

  public func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    AnthropicError.body(of: fault, details: details)
  }

  public func event(of fault: Fault, after trail: StreamTrail, model: ModelName?) -> ByteSlice {
    AnthropicError.event(of: fault)
  }

  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    AnthropicEnding.events(after: last, usage: usage)
  }

  /// platform.claude.com/docs/en/api/rate-limits, "Response headers".
  public func limitFields(of unit: LimitUnit) -> LimitFields? {
    switch unit {
    case .requests:
      LimitFields(
        limit: "anthropic-ratelimit-requests-limit", remaining: "anthropic-ratelimit-requests-remaining",
        reset: "anthropic-ratelimit-requests-reset", resetIsMoment: true)
    case .tokens:
      LimitFields(
        limit: "anthropic-ratelimit-tokens-limit", remaining: "anthropic-ratelimit-tokens-remaining",
        reset: "anthropic-ratelimit-tokens-reset", resetIsMoment: true)
    }
  }

  /// platform.claude.com/docs/en/api/versioning
  public func appendOwnFields(missingFrom agent: Head, to head: inout ByteBuffer) {
    if agent.firstIndex(of: "anthropic-version") == nil { head.append("anthropic-version: 2023-06-01\r\n") }
  }

  public var conversations: (any Spoke.Type)? { AnthropicMessages.self }
  public var embeddings: (any EmbeddingSpoke.Type)? { nil }
  public var counting: (any CountingSpoke.Type)? { AnthropicMessages.self }
}
