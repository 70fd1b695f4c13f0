// DialectAdapter: everything the gateway asks of a dialect, each question in one place.

import Bytes
import Exchange
import HTTP
import JSON

/// What is known about one dialect. A stateless value, found once a call (`Dialect.adapter`); what a stream needs to
/// remember is its spoke's reader and writer. Adding a dialect is adding a folder and a line in the list of them.
public protocol DialectAdapter: Sendable {
  // Replies.

  /// Where a complete JSON reply tells its model and its usage.
  ///
  /// - Throws: where the body is not one JSON object.
  func reply(_ body: ByteSlice) throws(JSONError) -> ModelReply

  /// What one event of a stream means, whose payload is `data`.
  ///
  /// - Throws: where the payload is no event of the dialect.
  func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent

  /// The same for an event that Amazon frames, and the text in which its places are.
  func event(_ message: AmazonEvent) throws(JSONError) -> (event: StreamEvent, data: ByteSlice)

  // What the gateway says in its own words.

  /// What went wrong, as the dialect's SDKs expect to be told; `details` are further members of the error.
  func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice

  /// The same as the last event of a stream that cannot go on.
  func event(of fault: Fault) -> ByteSlice

  /// The events that end a stream legally where its budget ends: the model is said to have reached its most tokens.
  ///
  /// - Parameters:
  ///   - last: the payload of the last event the agent was sent; with Bedrock, the data that `StreamEvent.reading` gave.
  ///   - usage: what will be booked.
  func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice

  // Translation.

  /// What reads and writes its conversations.
  var conversations: (any Spoke.Type)? { get }
  /// What reads and writes its embeddings; nil where it has none.
  var embeddings: (any EmbeddingSpoke.Type)? { get }
  /// What counts a request's tokens; nil where nothing does.
  var counting: (any CountingSpoke.Type)? { get }
}

extension DialectAdapter {
  public var counting: (any CountingSpoke.Type)? { nil }

  public func event(_ message: AmazonEvent) throws(JSONError) -> (event: StreamEvent, data: ByteSlice) {
    (try event(message.payload), message.payload)
  }
}
