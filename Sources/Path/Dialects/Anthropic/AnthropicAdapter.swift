// AnthropicAdapter: what is known about this dialect, question by question.

import Bytes
import Exchange
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
    head.append("/messages")
  }

  private enum ReplyName: String, FieldName { case model, usage, error }
  private static let replyScanner = FieldScanner<ReplyName>()

  public func reply(_ body: ByteSlice) throws(JSONError) -> ModelReply {
    let text = body.span
    let fields = try Self.replyScanner.scan(text)
    return ModelReply(
      body, model: fields[.model]?.value,
      usage: fields[.usage].flatMap { CommonUsage.read(text.extracting($0.value.range)) },
      isError: fields[.error].map { $0.value.kind != .null } ?? false)
  }

  public func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent { try StreamEvent(anthropic: data) }

  public func usage(in object: Span<UInt8>) -> Usage? { CommonUsage.read(object) }

  public func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    AnthropicError.body(of: fault, details: details)
  }

  public func event(of fault: Fault) -> ByteSlice { AnthropicError.event(of: fault) }

  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    AnthropicEnding.events(after: last, usage: usage)
  }

  public var conversations: (any Spoke.Type)? { AnthropicMessages.self }
  public var embeddings: (any EmbeddingSpoke.Type)? { nil }
}
