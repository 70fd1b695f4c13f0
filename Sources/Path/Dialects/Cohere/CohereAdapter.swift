// CohereAdapter: what is known about this dialect, question by question.

import Bytes
import Exchange
import Hub
import JSON

public struct CohereAdapter: DialectAdapter {
  public init() {}

  public var endpoints: [EndpointRow] { CohereEndpoints.rows }

  public func request(_ body: ByteSlice, at endpoint: Endpoint) throws(Fault) -> any ModelRequest {
    try CohereRequest(body, generates: endpoint.generates)
  }

  public func appendPath(of endpoint: Endpoint, model: String, under base: BasePaths, to head: inout ByteBuffer) {
    head.append(base.native)
    head.append(endpoint.path)
    head.append(endpoint.query)
  }

  public func appendPath(
    asking kind: EndpointRow.Kind, model: String, streams: Bool, under base: BasePaths, to head: inout ByteBuffer
  ) {
    head.append(base.native)
    head.append(kind == .embedding ? "/v2/embed" : "/v2/chat")
  }

  public func reply(_ body: ByteSlice, to kind: EndpointRow.Kind) throws(JSONError) -> ModelReply {
    let text = body.span
    let fields = try Self.replyScanner.scan(text)
    let isError = fields.says(.error) || fields[.message]?.value.kind == .string
    let shape: ModelReply.Shape =
      kind == .conversation
      ? fields.shape(.message, .object, isError: isError) { _ in true } : fields.shape(isError: isError)
    return ModelReply(
      body, model: fields[.model]?.value,
      usage: (fields[.usage] ?? fields[.meta]).flatMap { CohereUsage.read(text.extracting($0.value.range)) },
      shape: shape)
  }

  private enum ReplyName: String, FieldName { case model, usage, meta, error, message }
  private static let replyScanner = FieldScanner<ReplyName>()

  public func fault(status: Int?, body: ByteSlice) -> Fault { CohereChat.fault(status: status, body: body) }

  public func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent { try StreamEvent(cohere: data) }

  public func usage(in object: Span<UInt8>) -> Usage? { CohereUsage.read(object) }

  public func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    CohereError.body(of: fault, details: details)
  }

  public func event(of fault: Fault, after trail: StreamTrail, model: ModelName?) -> ByteSlice {
    CohereError.event(of: fault)
  }

  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    CohereEnding.events(after: last, usage: usage)
  }

  public var conversations: (any Spoke.Type)? { CohereChat.self }
  public var embeddings: (any EmbeddingSpoke.Type)? { CohereChat.self }
}
