// StreamEvent+OpenAI: one chunk of a chat's or a text completion's stream
// (platform.openai.com/docs/api-reference/chat-streaming).

import Bytes
import Exchange
import Hub
import JSON

extension StreamEvent {
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

  /// Throws when the payload is neither `[DONE]` nor a JSON object. Made for chat and text completions; events of other
  /// streams are told apart as far as they share their shape.
  package init(openAI data: ByteSlice) throws(JSONError) {
    let text = data.span
    if text.equals("[DONE]") {
      self.init(isDone: true, isError: false)
      return
    }
    let fields = try Self.scanner.scan(text)
    // Mistral and vLLM say it in `object`.
    self.init(isDone: false, isError: fields.says(.error) || fields.says(.object, "error", in: text))
    usage = fields[.usage].flatMap { ReportedUsage.read(text.extracting($0.value.range)) }
    model = fields[.model]?.value
    guard let choices = fields[.choices]?.value, choices.kind == .array else {
      // Streams of other endpoints keep model and usage one level down: `response` (OpenAI responses), `message`
      // (Anthropic). Their events all count as content.
      if let inner = fields[.response]?.value ?? fields[.message]?.value, inner.kind == .object {
        let nested = try Self.innerScanner.scan(text, in: inner.range)
        usage = usage ?? nested[.usage].flatMap { ReportedUsage.read(text.extracting($0.value.range)) }
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
}
