// BedrockAdapter: what is known about this dialect, question by question.

import Bytes
import Exchange
import HTTP
import Hub
import JSON

public struct BedrockAdapter: DialectAdapter {
  public init() {}

  public func reply(_ body: ByteSlice) throws(JSONError) -> ModelReply { try ModelReply(body, in: .bedrock) }

  /// A copy of OpenAI's dialect may be spoken beside Converse, and frames its events as OpenAI does.
  public func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent { StreamEvent(isDone: false, isError: false) }

  public func event(_ message: AmazonEvent) throws(JSONError) -> (event: StreamEvent, data: ByteSlice) {
    try StreamEvent.reading(message)
  }

  public func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    BedrockError.body(of: fault, details: details)
  }

  public func event(of fault: Fault) -> ByteSlice { BedrockError.event(of: fault) }

  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    BedrockEnding.events(after: last, usage: usage)
  }

  public var conversations: (any Spoke.Type)? { BedrockConverse.self }
  public var embeddings: (any EmbeddingSpoke.Type)? { BedrockConverse.self }
  public var counting: (any CountingSpoke.Type)? { BedrockConverse.self }
}
