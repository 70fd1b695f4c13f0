// OpenAIAdapter: what is known about this dialect, question by question.

import Bytes
import Exchange
import Hub
import JSON

public struct OpenAIAdapter: DialectAdapter {
  public init() {}

  public var endpoints: [EndpointRow] { OpenAIEndpoints.rows }

  public func request(_ body: ByteSlice, at endpoint: Endpoint) throws(Fault) -> any ModelRequest {
    try OpenAIRequest(body)
  }

  public func appendPath(of endpoint: Endpoint, model: String, under base: BasePaths, to head: inout ByteBuffer) {
    let isOfModel = endpoint.isModelCall && (endpoint.model != nil || base.apiVersion != nil)
    guard isOfModel, let method = Self.methods.first(where: { endpoint.row.path.hasSuffix($0) }) else {
      return endpoint.appendAsIs(under: base.openAI, to: &head)
    }
    append(method, model, under: base, to: &head)
  }

  public func appendPath(
    asking kind: EndpointRow.Kind, model: String, streams: Bool, under base: BasePaths, to head: inout ByteBuffer
  ) {
    append(kind == .embedding ? "/embeddings" : "/chat/completions", model, under: base, to: &head)
  }

  /// What Azure's deployments can be asked for; no other ends in one of them.
  private static let methods = ["/chat/completions", "/completions", "/embeddings"]

  private func append(_ method: String, _ model: String, under base: BasePaths, to head: inout ByteBuffer) {
    head.append(base.openAI)
    guard let version = base.apiVersion else { return head.append(method) }
    head.append("/deployments/")
    head.append(percentEncoded: model)
    head.append(method)
    head.append("?api-version=")
    head.append(version)
  }

  public func reply(_ body: ByteSlice, to kind: EndpointRow.Kind) throws(JSONError) -> ModelReply {
    let text = body.span
    let fields = try Self.replyScanner.scan(text)
    // Mistral and vLLM say it in `object`, OpenRouter in the choice.
    let choice = fields[.choices]?.value.first(in: text)
    let failed = choice.flatMap { $0.kind == .object ? try? Self.choiceScanner.scan(text, in: $0.range)[.error] : nil }
    let isError =
      fields.says(.error) || fields.says(.object, "error", in: text)
      || failed.map { $0.value.kind == .object && $0.value.range.count > 2 } ?? false
    let shape: ModelReply.Shape =
      switch kind {
      case .conversation, .completion: fields.shape(.choices, .array, isError: isError) { _ in choice != nil }
      case .embedding: fields.shape(.data, .array, isError: isError) { _ in true }
      case .rerank, .count, .invocation, .session, .models, .model, .other: fields.shape(isError: isError)
      }
    return ModelReply(
      body, model: fields[.model]?.value,
      usage: fields[.usage].flatMap { ReportedUsage.read(text.extracting($0.value.range)) }, shape: shape)
  }

  private enum ReplyName: String, FieldName { case model, usage, error, object, choices, data }
  private enum ChoiceName: String, FieldName { case error }
  private static let replyScanner = FieldScanner<ReplyName>()
  private static let choiceScanner = FieldScanner<ChoiceName>()

  public func fault(status: Int?, body: ByteSlice) -> Fault { OpenAIChat.fault(status: status, body: body) }

  public func event(_ data: ByteSlice) throws(JSONError) -> StreamEvent { try StreamEvent(openAI: data) }

  public func usage(in object: Span<UInt8>) -> Usage? { ReportedUsage.read(object) }

  public func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    OpenAIError.body(of: fault, details: details)
  }

  public func event(of fault: Fault, after trail: StreamTrail, model: ModelName?) -> ByteSlice {
    OpenAIError.event(of: fault)
  }

  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    OpenAIEnding.events(after: last, of: request, usage: usage)
  }

  public func limitFields(of unit: LimitUnit) -> LimitFields? { .openAI(unit) }

  public var conversations: (any Spoke.Type)? { OpenAIChat.self }
  public var embeddings: (any EmbeddingSpoke.Type)? { OpenAIChat.self }
}
