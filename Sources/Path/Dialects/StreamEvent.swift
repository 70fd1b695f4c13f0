// StreamEvent: one event of a stream: whether it carries content, usage, an error, or the end.

import Bytes
import Exchange
import JSON

/// What one `data:` payload is.
public struct StreamEvent: Sendable {
  private enum Name: String, FieldName {
    case model
    case usage
    case choices
    case error
    case response
    case message
    case object
  }
  private enum ChoiceName: String, FieldName {
    case delta
    case text
    case finishReason = "finish_reason"
  }
  private enum DeltaName: String, FieldName {
    case content
    case toolCalls = "tool_calls"
    case functionCall = "function_call"
    case refusal
    case reasoning
    case reasoningContent = "reasoning_content"
    case audio
  }
  private enum InnerName: String, FieldName {
    case model
    case usage
  }

  private static let scanner = FieldScanner<Name>()
  private static let choiceScanner = FieldScanner<ChoiceName>()
  private static let deltaScanner = FieldScanner<DeltaName>()
  private static let innerScanner = FieldScanner<InnerName>()

  /// `data: [DONE]`
  public let isDone: Bool
  public let isError: Bool
  /// Bytes of text, tool arguments and the like, as written in JSON; nil when the event carries none.
  public private(set) var contentBytes: Int?
  /// A choice has come to its end.
  public internal(set) var hasFinished = false
  public internal(set) var usage: ScannedValue?
  /// It says nothing but that the connection lives.
  public internal(set) var isIdle = false
  /// Nothing but usage: the extra chunk that `include_usage` asks for.
  public private(set) var isOnlyUsage = false
  var model: ScannedValue?
  /// Its number, where the dialect counts its events.
  public internal(set) var sequence: Int64?

  init(isDone: Bool, isError: Bool) {
    self.isDone = isDone
    self.isError = isError
  }

  /// Throws when the payload is no event of the dialect. Bedrock's come in frames of their own (`reading`).
  public init(_ data: ByteSlice, in dialect: Dialect) throws(JSONError) {
    switch dialect {
    case .openAI, .bedrock: try self.init(openAI: data)
    case .responses: try self.init(responses: data)
    case .cohere: try self.init(cohere: data)
    case .anthropic: try self.init(anthropic: data)
    case .gemini: try self.init(gemini: data)
    }
  }

  /// Throws when the payload is neither `[DONE]` nor a JSON object. Made for chat and text completions; events of other
  /// streams are told apart as far as they share their shape.
  init(openAI data: ByteSlice) throws(JSONError) {
    let text = data.span
    if text.equals("[DONE]") {
      isDone = true
      isError = false
      return
    }
    isDone = false
    let fields = try Self.scanner.scan(text)
    // Mistral and vLLM say it in `object`.
    let object = fields[.object]?.value.plainString(in: text)
    isError =
      fields[.error].map { $0.value.kind != .null } ?? (object.map { text.extracting($0).equals("error") } ?? false)
    usage = fields[.usage].map(\.value).flatMap { $0.kind == .object ? $0 : nil }
    model = fields[.model]?.value
    guard let choices = fields[.choices]?.value, choices.kind == .array else {
      // Streams of other endpoints keep model and usage one level down: `response` (OpenAI responses), `message`
      // (Anthropic). Their events all count as content.
      if let inner = fields[.response]?.value ?? fields[.message]?.value, inner.kind == .object {
        let nested = try Self.innerScanner.scan(text, in: inner.range)
        usage = usage ?? nested[.usage].map(\.value).flatMap { $0.kind == .object ? $0 : nil }
        model = model ?? nested[.model]?.value
      }
      return
    }
    var elements = ArrayScanner(choices)
    var count = 0
    while let choice = try elements.next(in: text) {
      count += 1
      if choice.kind == .object { try take(choice, in: text) }
    }
    isOnlyUsage = count == 0 && usage != nil
  }

  private mutating func take(_ choice: ScannedValue, in text: Span<UInt8>) throws(JSONError) {
    let fields = try Self.choiceScanner.scan(text, in: choice.range)
    if let reason = fields[.finishReason], reason.value.kind != .null { hasFinished = true }
    add(fields[.text])
    guard let delta = fields[.delta]?.value, delta.kind == .object else { return }
    let parts = try Self.deltaScanner.scan(text, in: delta.range)
    for name in DeltaName.allCases { add(parts[name]) }
  }

  /// Counts a member as content unless it is null or an empty string, array or object.
  mutating func add(_ field: Field?) {
    guard let value = field?.value, value.kind != .null, value.range.count > 2 else { return }
    contentBytes = (contentBytes ?? 0) + value.range.count - 2
  }

  /// Counts a piece of which nobody knows how it carries its text.
  mutating func countUnknown(_ data: ByteSlice) { contentBytes = max(1, data.count / 8) }

  /// Appends the event's payload with `name` (a JSON string) in the place of the provider's model name, on
  /// one line.
  public func append(_ data: ByteSlice, showing name: ByteSlice, to buffer: inout ByteBuffer) {
    guard let model, model.kind == .string else { return buffer.append(data) }
    Self.appendOnOneLine(data.span.extracting(0..<model.range.lowerBound), to: &buffer)
    buffer.append(name)
    Self.appendOnOneLine(data.span.extracting(model.range.upperBound..<data.count), to: &buffer)
  }

  /// The lines of an event's data are joined by LF, which inside JSON can only be white space.
  private static func appendOnOneLine(_ part: Span<UInt8>, to buffer: inout ByteBuffer) {
    guard part.firstIndex(of: 10) != nil else { return buffer.append(part) }
    for index in 0..<part.count { buffer.append(byte: part[index] == 10 ? 32 : part[index]) }
  }

  /// Whether the payload names another model than `name` (a JSON string).
  public func names(_ data: ByteSlice, otherThan name: ByteSlice) -> Bool {
    guard let model, model.kind == .string else { return false }
    return !data.span.extracting(model.range).equals(name.span)
  }
}
