// GeminiAdapter: what is known about this dialect, question by question.

import Bytes
import Exchange
import Hub
import JSON

public struct GeminiAdapter: DialectAdapter {
  public init() {}

  public func reply(_ body: ByteSlice) throws(JSONError) -> ModelReply { try ModelReply(body, in: .gemini) }

  public func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent { try StreamEvent(gemini: data) }

  public func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    GeminiError.body(of: fault, details: details)
  }

  public func event(of fault: Fault) -> ByteSlice { GeminiError.event(of: fault) }

  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    GeminiEnding.events(after: last, of: request, usage: usage)
  }

  public var conversations: (any Spoke.Type)? { GeminiContent.self }
  public var embeddings: (any EmbeddingSpoke.Type)? { GeminiContent.self }
  public var counting: (any CountingSpoke.Type)? { GeminiContent.self }
}
