// DialectAdapter: everything the gateway asks of a dialect, each question in one place.

import Bytes
import Exchange
import HTTP
import JSON

/// What is known about one dialect. A stateless value, found once a call (`Dialect.adapter`); what a stream needs to
/// remember is its spoke's reader and writer. Adding a dialect is adding a folder and a line in the list of them.
public protocol DialectAdapter: Sendable {
  // Requests.

  /// The table of what can be asked for.
  var endpoints: [EndpointRow] { get }

  /// What must be known of a request's body, from one scan.
  ///
  /// - Throws: a 400 that names the field at fault.
  func request(_ body: ByteSlice, at endpoint: Endpoint) throws(Fault) -> any ModelRequest

  /// Where on a backend a call goes whose agent speaks this dialect: its own path, and the backend's name for the model
  /// where that stands in the path.
  func appendPath(of endpoint: Endpoint, model: String, under base: BasePaths, to head: inout ByteBuffer)

  /// The same for a call that was put into the words of this dialect.
  func appendPath(
    asking kind: EndpointRow.Kind, model: String, streams: Bool, under base: BasePaths, to head: inout ByteBuffer)

  // Replies.

  /// A complete JSON reply: whether it is an answer to what was asked, and what it tells of its model and its usage.
  ///
  /// - Throws: where the body is not one JSON object.
  func reply(_ body: ByteSlice, to kind: EndpointRow.Kind) throws(JSONError) -> ModelReply

  /// What an error says, and whether another candidate may make it good.
  ///
  /// - Parameter status: that of the reply; nil for an error in the place of an answer.
  func fault(status: Int?, body: ByteSlice) -> Fault

  /// The same for an error event that Amazon frames, whose payload is `data`.
  func fault(of message: AmazonEvent, saying data: ByteSlice) -> Fault

  /// What one event of a stream means, whose payload is `data`.
  ///
  /// - Throws: where the payload is no event of the dialect.
  func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent

  /// The same for an event that Amazon frames, and the text in which its places are.
  func event(_ message: AmazonEvent) throws(JSONError) -> (event: StreamEvent, data: ByteSlice)

  /// What `object`, the text of a report of usage as this dialect has it, says; nil where it reports no tokens.
  func usage(in object: Span<UInt8>) -> Usage?

  /// What the header fields of a reply say; nil where they say nothing.
  func usage(in head: Head) -> Usage?

  // What the gateway says in its own words.

  /// What went wrong, as the dialect's SDKs expect to be told; `details` are further members of the error.
  func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice

  /// The same as the last event of a stream that cannot go on.
  ///
  /// - Parameters:
  ///   - trail: what has been passed on of it.
  ///   - model: as the agent named it.
  func event(of fault: Fault, after trail: StreamTrail, model: ModelName?) -> ByteSlice

  /// The events that end a stream legally where its budget ends: the model is said to have reached its most tokens.
  ///
  /// - Parameters:
  ///   - last: the payload of the last event the agent was sent; with Bedrock, the data that `StreamEvent.reading` gave.
  ///   - usage: what will be booked.
  func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice

  /// The header fields by which the provider tells how much of a limit is left; nil where it sends none.
  func limitFields(of unit: LimitUnit) -> LimitFields?

  /// Appends the header fields that the provider demands and the agent did not send.
  func appendOwnFields(missingFrom agent: Head, to head: inout ByteBuffer)

  /// How its streams are framed.
  var framing: StreamFraming { get }

  // Translation.

  /// How an agent is told that its request cannot be translated, so that it does not ask again.
  var refusalStatus: Int { get }
  /// What reads and writes its conversations.
  var conversations: (any Spoke.Type)? { get }
  /// What reads and writes its embeddings; nil where it has none.
  var embeddings: (any EmbeddingSpoke.Type)? { get }
  /// What counts a request's tokens; nil where nothing does.
  var counting: (any CountingSpoke.Type)? { get }
}

extension DialectAdapter {
  public func limitFields(of unit: LimitUnit) -> LimitFields? { nil }

  public func appendOwnFields(missingFrom agent: Head, to head: inout ByteBuffer) {}

  public var framing: StreamFraming { .serverSentEvents }

  public func usage(in head: Head) -> Usage? { nil }

  public func fault(of message: AmazonEvent, saying data: ByteSlice) -> Fault { fault(status: nil, body: data) }
  public var refusalStatus: Int { 422 }
  public var counting: (any CountingSpoke.Type)? { nil }

  public func event(_ message: AmazonEvent) throws(JSONError) -> (event: StreamEvent, data: ByteSlice) {
    (try event(message.payload), message.payload)
  }
}
