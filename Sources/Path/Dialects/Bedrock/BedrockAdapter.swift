// BedrockAdapter: what is known about this dialect, question by question.

import Anthropic
import Bytes
import Exchange
import HTTP
import Hub
import JSON

public struct BedrockAdapter: DialectAdapter {
  public init() {}

  public var endpoints: [EndpointRow] { BedrockEndpoints.rows }

  public func request(_ body: ByteSlice, at endpoint: Endpoint) throws(Fault) -> any ModelRequest {
    try BedrockRequest(
      body, model: ModelName(endpoint.model ?? ""), wantsStream: endpoint.row.streams,
      invokes: endpoint.kind == .invocation)
  }

  public func appendPath(of endpoint: Endpoint, model: String, under base: BasePaths, to head: inout ByteBuffer) {
    guard endpoint.isModelCall else { return endpoint.appendAsIs(under: base.native, to: &head) }
    append(endpoint.row.verb, model, under: base, to: &head)
  }

  public func appendPath(
    asking kind: EndpointRow.Kind, model: String, streams: Bool, under base: BasePaths, to head: inout ByteBuffer
  ) {
    if kind == .count { return append("count-tokens", Self.withoutRegion(model), under: base, to: &head) }
    append(kind == .embedding ? "invoke" : streams ? "converse-stream" : "converse", model, under: base, to: &head)
  }

  /// Tokens are counted by a model, not by the profile that spreads its calls over regions: `us.anthropic.claude-...`.
  private static func withoutRegion(_ model: String) -> String {
    let regions = ["us", "eu", "apac", "global", "jp", "au", "ca", "us-gov"]
    guard let dot = model.firstIndex(of: "."), regions.contains(String(model[..<dot])) else { return model }
    return String(model[model.index(after: dot)...])
  }

  private func append(_ verb: String, _ model: String, under base: BasePaths, to head: inout ByteBuffer) {
    head.append(base.native)
    head.append("/model/")
    head.append(percentEncoded: model)
    head.append("/")
    head.append(verb)
  }

  public func reply(_ body: ByteSlice, to kind: EndpointRow.Kind) throws(JSONError) -> ModelReply {
    let text = body.span
    let fields = try Self.replyScanner.scan(text)
    let isError = fields.says(.error) || fields[.message]?.value.kind == .string && fields[.output] == nil
    let shape: ModelReply.Shape =
      kind == .conversation
      ? fields.shape(.output, .object, isError: isError) { _ in true } : fields.shape(isError: isError)
    return ModelReply(
      body, model: fields[.model]?.value, usage: fields[.usage].flatMap { usage(in: text.extracting($0.value.range)) },
      shape: shape)
  }

  private enum ReplyName: String, FieldName { case model, usage, error, message, output }
  private static let replyScanner = FieldScanner<ReplyName>()

  public func fault(status: Int?, body: ByteSlice) -> Fault { BedrockConverse.fault(status: status, body: body) }

  /// Its streams come in frames of Amazon's, and no other way.
  public func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent { StreamEvent(isDone: false, isError: false) }

  public func event(_ message: AmazonEvent) throws(JSONError) -> (event: StreamEvent, data: ByteSlice) {
    try StreamEvent.reading(message)
  }

  public func fault(of message: AmazonEvent, saying data: ByteSlice) -> Fault {
    if message.messageType.span.equals("event") { return AnthropicMessages.fault(status: nil, body: data) }
    let name = message.text(":exception-type") ?? message.text(":error-code") ?? ByteSlice()
    return BedrockConverse.fault(exception: name.text, payload: data)
  }

  public func usage(in object: Span<UInt8>) -> Usage? { BedrockUsage.read(object) ?? ReportedUsage.read(object) }

  public func usage(in head: Head) -> Usage? { BedrockUsage.read(head) }

  public func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    BedrockError.body(of: fault, details: details)
  }

  public func event(of fault: Fault, after trail: StreamTrail, model: ModelName?) -> ByteSlice {
    BedrockError.event(of: fault)
  }

  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    BedrockEnding.events(after: last, usage: usage)
  }

  public var framing: StreamFraming { .amazon }

  public var conversations: (any Spoke.Type)? { BedrockConverse.self }
  public var embeddings: (any EmbeddingSpoke.Type)? { BedrockConverse.self }
  public var counting: (any CountingSpoke.Type)? { BedrockConverse.self }
}
