// ModelReply: a complete JSON reply: whether it is an answer, where its model and its usage stand, and the same reply under
// the agent's name.

import Bytes
import Exchange
import JSON

/// A provider's JSON object. Members the gateway does not know pass untouched.
public struct ModelReply: Sendable {
  private enum Name: String, FieldName {
    case model
    case usage
    case error
    // What an answer must have, in one dialect or the other.
    case choices, content, candidates, promptFeedback, output, message, data
    case object, type
    case stopReason = "stop_reason"
    // Gemini's names for the first two.
    case modelVersion
    case usageMetadata
    // Where Cohere's embed and rerank tell their usage.
    case meta
  }

  private enum ElementName: String, FieldName { case error, content, finishReason }

  /// What a reply was asked for.
  public enum Kind: Hashable, Sendable {
    case answer
    case embedding
    /// Something of which no more is asked than to be no error and not empty.
    case other
  }

  private static let scanner = FieldScanner<Name>()
  private static let elementScanner = FieldScanner<ElementName>()

  public let body: ByteSlice
  private let model: Field?
  /// Where usage is reported, for metering; nil where it is absent or null.
  public let usage: ScannedValue?
  /// The reply is an error object, whatever its status says.
  public let isError: Bool
  private let dialect: Dialect
  private let fields: FieldTable<Name>

  /// Throws when the body is not one JSON object.
  public init(_ body: ByteSlice, in dialect: Dialect) throws(JSONError) {
    self.body = body
    self.dialect = dialect
    let fields = try Self.scanner.scan(body.span)
    self.fields = fields
    model = fields[dialect == .gemini ? .modelVersion : .model]
    let told = fields[dialect == .gemini ? .usageMetadata : .usage] ?? (dialect == .cohere ? fields[.meta] : nil)
    usage = told.map(\.value).flatMap { $0.kind == .null ? nil : $0 }
    isError = Self.isError(fields, in: body, dialect)
  }

  /// Errors say so in a member `error`; Mistral's and vLLM's in `object`, Anthropic's in `type` too, Bedrock's and Cohere's
  /// have a text in `message`, and OpenRouter's stand in the choice.
  private static func isError(_ fields: FieldTable<Name>, in body: ByteSlice, _ dialect: Dialect) -> Bool {
    if let error = fields[.error], error.value.kind != .null { return true }
    func says(_ name: Name) -> Bool {
      guard let range = fields[name]?.value.plainString(in: body.span) else { return false }
      return body.span.extracting(range).equals("error")
    }
    switch dialect {
    case .openAI:
      let choice = fields[.choices].flatMap { element(of: $0.value, in: body) }
      return says(.object) || choice?[.error].map { $0.value.kind == .object && $0.value.range.count > 2 } ?? false
    case .anthropic: return says(.type)
    case .bedrock, .cohere: return fields[.message]?.value.kind == .string && fields[.output] == nil
    case .responses, .gemini: return false
    }
  }

  /// What the first element of an array has; nil where there is none.
  private static func element(of array: ScannedValue, in body: ByteSlice) -> FieldTable<ElementName>? {
    guard array.kind == .array else { return nil }
    var elements = ArrayScanner(array)
    guard let first = try? elements.next(in: body.span), first.kind == .object else { return nil }
    return try? elementScanner.scan(body.span, in: first.range)
  }

  /// What an answer is told in is there, but is not what it must be: nobody can tell what was said.
  public var isMalformed: Bool {
    let (name, kind): (Name, JSONKind) =
      switch dialect {
      case .openAI: (.choices, .array)
      case .responses: (.output, .array)
      case .anthropic: (.content, .array)
      case .gemini: (.candidates, .array)
      case .bedrock: (.output, .object)
      case .cohere: (.message, .object)
      }
    guard let value = fields[name]?.value else { return false }
    return value.kind != kind && value.kind != .null
  }

  /// Whether it has what makes a reply of its dialect an answer, which may be one that says nothing: content may be empty
  /// where it is said why, and so may a candidate; a prompt that was blocked has none.
  public func isAnswer(_ kind: Kind) -> Bool {
    if isError { return false }
    func has(_ name: Name, _ kind: JSONKind) -> Bool { fields[name]?.value.kind == kind }
    func holdsAny(_ name: Name) -> Bool {
      guard let array = fields[name]?.value, array.kind == .array else { return false }
      var elements = ArrayScanner(array)
      return (try? elements.next(in: body.span)) != nil
    }
    switch (kind, dialect) {
    case (.answer, .openAI): return holdsAny(.choices)
    case (.answer, .responses): return has(.output, .array)
    case (.answer, .anthropic): return holdsAny(.content) || has(.content, .array) && has(.stopReason, .string)
    case (.answer, .gemini):
      if has(.promptFeedback, .object) { return true }
      let first = fields[.candidates].flatMap { Self.element(of: $0.value, in: body) }
      return first?[.content] != nil || first?[.finishReason] != nil
    case (.answer, .bedrock): return has(.output, .object)
    case (.answer, .cohere): return has(.message, .object)
    case (.embedding, .openAI): return has(.data, .array)
    case (.embedding, _), (.other, _): return fields.object.memberCount > 0
    }
  }

  /// The body with `name` in the place of the provider's model name.
  public func body(showing name: ByteSlice) -> [ByteSlice] {
    guard let model, model.value.kind == .string else { return [body] }
    let range = model.value.range
    if body.span.extracting(range).equals(name.span) { return [body] }
    return [body.slice(0..<range.lowerBound), name, body.slice(range.upperBound..<body.count)]
  }

  /// `name` as a JSON string, to be made once for all replies.
  public static func quoted(_ name: ModelName) -> ByteSlice { OpenAIRequest.quoted(name.text) }
}
