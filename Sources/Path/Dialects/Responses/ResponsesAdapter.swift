// ResponsesAdapter: what is known about this dialect, question by question.

import Bytes
import Exchange
import Hub
import JSON
import OpenAI

public struct ResponsesAdapter: DialectAdapter {
  public init() {}

  public func reply(_ body: ByteSlice) throws(JSONError) -> ModelReply { try ModelReply(body, in: .responses) }

  public func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent { try StreamEvent(responses: data) }

  public func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    OpenAIError.body(of: fault, details: details)
  }

  public func event(of fault: Fault) -> ByteSlice { ResponsesError.event(of: fault) }

  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    ResponsesEnding.events(after: last, of: request, usage: usage)
  }

  public var conversations: (any Spoke.Type)? { OpenAIResponses.self }
  public var embeddings: (any EmbeddingSpoke.Type)? { nil }
  public var counting: (any CountingSpoke.Type)? { OpenAIResponses.self }
}
