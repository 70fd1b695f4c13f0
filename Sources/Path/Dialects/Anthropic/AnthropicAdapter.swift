// AnthropicAdapter: what is known about this dialect, question by question.

import Bytes
import Exchange
import Hub
import JSON

public struct AnthropicAdapter: DialectAdapter {
  public init() {}

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
  public var counting: (any CountingSpoke.Type)? { AnthropicMessages.self }
}
