// ResponsesAdapter: what is known about this dialect, question by question.

import Bytes
import Exchange
import Hub
import JSON
import OpenAI

public struct ResponsesAdapter: DialectAdapter {
  public init() {}

  public var endpoints: [EndpointRow] { ResponsesEndpoints.rows }

  public func request(_ body: ByteSlice, at endpoint: Endpoint) throws(Fault) -> any ModelRequest {
    try ResponsesRequest(body)
  }

  public func appendPath(of endpoint: Endpoint, model: String, under base: BasePaths, to head: inout ByteBuffer) {
    endpoint.appendAsIs(under: base.native, to: &head)
  }

  public func appendPath(
    asking kind: EndpointRow.Kind, model: String, streams: Bool, under base: BasePaths, to head: inout ByteBuffer
  ) {
    head.append(base.native)
    head.append(kind == .count ? "/responses/input_tokens" : "/responses")
  }

  public func reply(_ body: ByteSlice, to kind: EndpointRow.Kind) throws(JSONError) -> ModelReply {
    let text = body.span
    let fields = try Self.replyScanner.scan(text)
    let shape: ModelReply.Shape =
      kind == .conversation
      ? fields.shape(.output, .array, isError: fields.says(.error)) { _ in true }
      : fields.shape(isError: fields.says(.error))
    return ModelReply(
      body, model: fields[.model]?.value,
      usage: fields[.usage].flatMap { ReportedUsage.read(text.extracting($0.value.range)) }, shape: shape,
      // A response in the background: https://platform.openai.com/docs/guides/background
      isUnfinished: fields.says(.status, "queued", in: text) || fields.says(.status, "in_progress", in: text))
  }

  private enum ReplyName: String, FieldName { case model, usage, error, output, status }
  private static let replyScanner = FieldScanner<ReplyName>()

  public func fault(status: Int?, body: ByteSlice) -> Fault { OpenAIResponses.fault(status: status, body: body) }

  public func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent { try StreamEvent(responses: data) }

  public func usage(in object: Span<UInt8>) -> Usage? { ReportedUsage.read(object) }

  public func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    OpenAIError.body(of: fault, details: details)
  }

  public func event(of fault: Fault, after trail: StreamTrail, model: ModelName?) -> ByteSlice {
    ResponsesError.event(of: fault, after: trail, model: model)
  }

  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    ResponsesEnding.events(after: last, of: request, usage: usage)
  }

  /// Codex asks five times more after any other.
  public var refusalStatus: Int { 400 }
  public func limitFields(of unit: LimitUnit) -> LimitFields? { .openAI(unit) }

  public var conversations: (any Spoke.Type)? { OpenAIResponses.self }
  public var embeddings: (any EmbeddingSpoke.Type)? { nil }
  public var counting: (any CountingSpoke.Type)? { OpenAIResponses.self }
}
