// StreamEvent+Bedrock: one message of a ConverseStream (API_runtime_ConverseStreamOutput.html) or of an invoked model's stream
// (API_runtime_ResponseStream.html).

import Anthropic
import Bytes
import Exchange
import HTTP
import Hub
import JSON

extension StreamEvent {
  private enum Name: String, FieldName { case start, delta, usage, bytes }
  private enum PartName: String, FieldName { case text, toolUse, reasoningContent, citation }
  private enum InnerName: String, FieldName { case input, name, text, signature, redactedContent }
  private enum ChunkName: String, FieldName {
    case type
    /// Where models other than Anthropic's put their text.
    case generation, outputText, completion, text
    case metrics = "amazon-bedrock-invocationMetrics"
  }

  private static let scanner = FieldScanner<Name>()
  private static let partScanner = FieldScanner<PartName>()
  private static let innerScanner = FieldScanner<InnerName>()
  private static let chunkScanner = FieldScanner<ChunkName>()

  /// What `message` is, and the text in which its places are: the payload, or what an invoked model said inside it.
  ///
  /// - Throws: where the payload is no JSON object.
  static func reading(
    _ message: AmazonEvent
  ) throws(JSONError) -> (event: StreamEvent, data: ByteSlice) {
    let payload = message.payload
    if !message.messageType.span.equals("event") { return (StreamEvent(isDone: false, isError: true), payload) }
    let fields = try scanner.scan(payload.span)
    if let said = fields[.bytes]?.value.string(in: payload.span).flatMap({ Base64.decoded($0) }) {
      let data = ByteSlice(copying: said.span)
      return (try StreamEvent(chunk: data), data)
    }
    return (try StreamEvent(converse: message.eventType, fields, in: payload.span), payload)
  }

  /// Usage comes in `metadata`, behind the end of the message, and ends the stream.
  private init(
    converse type: ByteSlice, _ fields: FieldTable<Name>, in text: Span<UInt8>
  ) throws(JSONError) {
    let isMetadata = type.span.equals("metadata")
    self.init(isDone: isMetadata, isError: false)
    hasFinished = type.span.equals("messageStop")
    if isMetadata { usage = fields[.usage].flatMap { BedrockUsage.read(text.extracting($0.value.range)) } }
    for name in [Name.start, .delta] {
      guard let part = fields[name]?.value, part.kind == .object else { continue }
      let found = try Self.partScanner.scan(text, in: part.range)
      add(found[.text])
      add(found[.citation])
      for name in [PartName.toolUse, .reasoningContent] {
        guard let inner = found[name]?.value, inner.kind == .object else { continue }
        let members = try Self.innerScanner.scan(text, in: inner.range)
        for name in InnerName.allCases { add(members[name]) }
      }
    }
  }

  /// A piece of an invoked model's own stream. Anthropic's events are what they always are; of others it is known that
  /// Bedrock adds what the call took to the last.
  private init(chunk data: ByteSlice) throws(JSONError) {
    let fields = try Self.chunkScanner.scan(data.span)
    if fields[.type] != nil {
      try self.init(anthropic: data)
      return
    }
    let metrics = fields[.metrics].flatMap { BedrockUsage.read(data.span.extracting($0.value.range)) }
    self.init(isDone: metrics != nil, isError: false)
    hasFinished = metrics != nil
    usage = metrics
    for name in [ChunkName.generation, .outputText, .completion, .text] { add(fields[name]) }
    if contentBytes == nil, metrics == nil { countUnknown(data) }
  }
}
