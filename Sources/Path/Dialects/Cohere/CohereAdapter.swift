// CohereAdapter: what is known about this dialect, question by question.

import Bytes
import Exchange
import Hub
import JSON

public struct CohereAdapter: DialectAdapter {
  public init() {}

  public func reply(_ body: ByteSlice) throws(JSONError) -> ModelReply { try ModelReply(body, in: .cohere) }

  public func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent { try StreamEvent(cohere: data) }

  public func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    CohereError.body(of: fault, details: details)
  }

  public func event(of fault: Fault) -> ByteSlice { CohereError.event(of: fault) }

  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    CohereEnding.events(after: last, usage: usage)
  }

  public var conversations: (any Spoke.Type)? { CohereChat.self }
  public var embeddings: (any EmbeddingSpoke.Type)? { CohereChat.self }
}
