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

  public func reply(_ body: ByteSlice) throws(JSONError) -> ModelReply { try ModelReply(body, in: .anthropic) }

  public func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent { try StreamEvent(anthropic: data) }

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
