// GeminiAdapter: what is known about this dialect, question by question.

import Bytes
import Exchange
import Hub
import JSON

public struct GeminiAdapter: DialectAdapter {
  public init() {}

  public var endpoints: [EndpointRow] { GeminiEndpoints.rows }

  public func request(_ body: ByteSlice, at endpoint: Endpoint) throws(Fault) -> any ModelRequest {
    if endpoint.row.streams, !endpoint.query.span.contains("alt=sse") {
      throw Fault(
        party: .agent, status: 400, type: "invalid_request_error", code: "alt_sse_required",
        message: "A stream is served as events: add ?alt=sse, as Google's SDKs do.")
    }
    return try GeminiRequest(body, model: ModelName(endpoint.model ?? ""), wantsStream: endpoint.row.streams)
  }

  public func appendPath(of endpoint: Endpoint, model: String, under base: BasePaths, to head: inout ByteBuffer) {
    guard endpoint.isModelCall else { return endpoint.appendAsIs(under: base.native, to: &head) }
    append(endpoint.row.verb, model, streams: endpoint.row.streams, under: base, to: &head)
  }

  public func appendPath(
    asking kind: EndpointRow.Kind, model: String, streams: Bool, under base: BasePaths, to head: inout ByteBuffer
  ) {
    let verb =
      kind == .count
      ? "countTokens"
      : kind == .embedding ? "batchEmbedContents" : streams ? "streamGenerateContent" : "generateContent"
    append(verb, model, streams: streams, under: base, to: &head)
  }

  private func append(
    _ verb: String, _ model: String, streams: Bool, under base: BasePaths, to head: inout ByteBuffer
  ) {
    head.append(base.native)
    head.append("/models/")
    head.append(percentEncoded: model, keepsSlashes: true)
    head.append(":")
    head.append(verb)
    if streams { head.append("?alt=sse") }
  }

  public func reply(_ body: ByteSlice, to kind: EndpointRow.Kind) throws(JSONError) -> ModelReply {
    let text = body.span
    let fields = try Self.replyScanner.scan(text)
    let isBlocked = fields[.promptFeedback]?.value.kind == .object
    let shape: ModelReply.Shape =
      kind == .conversation && !isBlocked
      ? fields.shape(.candidates, .array, isError: fields.says(.error)) { candidates in
        guard let first = candidates.first(in: text), first.kind == .object,
          let members = try? Self.candidateScanner.scan(text, in: first.range)
        else { return false }
        return members[.content] != nil || members[.finishReason] != nil
      } : fields.shape(isError: fields.says(.error))
    return ModelReply(
      body, model: fields[.modelVersion]?.value,
      usage: fields[.usageMetadata].flatMap { GeminiUsage.read(text.extracting($0.value.range)) }, shape: shape)
  }

  private enum ReplyName: String, FieldName { case modelVersion, usageMetadata, error, candidates, promptFeedback }
  private enum CandidateName: String, FieldName { case content, finishReason }
  private static let replyScanner = FieldScanner<ReplyName>()
  private static let candidateScanner = FieldScanner<CandidateName>()

  public func fault(status: Int?, body: ByteSlice) -> Fault { GeminiContent.fault(status: status, body: body) }

  public func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent { try StreamEvent(gemini: data) }

  public func usage(in object: Span<UInt8>) -> Usage? { GeminiUsage.read(object) }

  public func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    GeminiError.body(of: fault, details: details)
  }

  public func event(of fault: Fault, after trail: StreamTrail, model: ModelName?) -> ByteSlice {
    GeminiError.event(of: fault)
  }

  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    GeminiEnding.events(after: last, of: request, usage: usage)
  }

  public var conversations: (any Spoke.Type)? { GeminiContent.self }
  public var embeddings: (any EmbeddingSpoke.Type)? { GeminiContent.self }
  public var counting: (any CountingSpoke.Type)? { GeminiContent.self }
}
