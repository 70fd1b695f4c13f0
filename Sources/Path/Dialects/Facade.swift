// Facade: what callers still ask of a dialect's name instead of its adapter.

import Bytes
import Exchange
import HTTP
import Hub
import JSON

extension Dialect {
  public var spoke: (any Spoke.Type)? { adapter.conversations }
  public var embeddingSpoke: (any EmbeddingSpoke.Type)? { adapter.embeddings }
  public var countingSpoke: (any CountingSpoke.Type)? { adapter.counting }
  public func body(of fault: Fault, details: [(name: String, value: JSONValue)] = []) -> ByteSlice {
    adapter.body(of: fault, details: details)
  }
  public func event(of fault: Fault) -> ByteSlice { adapter.event(of: fault) }
  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    adapter.ending(after: last, of: request, usage: usage)
  }
}

extension StreamEvent {
  public init(_ data: ByteSlice, in dialect: Dialect) throws(JSONError) { self = try dialect.adapter.event(data) }
  public static func reading(_ message: AmazonEvent) throws(JSONError) -> (event: StreamEvent, data: ByteSlice) {
    try Dialect.bedrock.adapter.event(message)
  }
}
