// Dialect+Asking: what tests ask a dialect by its name.

import Bytes
import Exchange
import JSON

@testable import Dialects
@testable import Hub

extension Dialect {
  var spoke: (any Spoke.Type)? { adapter.conversations }
  var embeddingSpoke: (any EmbeddingSpoke.Type)? { adapter.embeddings }

  func body(of fault: Fault, details: [(name: String, value: JSONValue)] = []) -> ByteSlice {
    adapter.body(of: fault, details: details)
  }

  func event(of fault: Fault, after trail: StreamTrail = StreamTrail(), model: ModelName? = nil) -> ByteSlice {
    adapter.event(of: fault, after: trail, model: model)
  }

  func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    adapter.ending(after: last, of: request, usage: usage)
  }
}

extension StreamEvent {
  init(_ data: ByteSlice, in dialect: Dialect) throws(JSONError) { self = try dialect.adapter.event(data) }
}
