// StreamEvent+Responses: one event of a response's stream (developers.openai.com/api/reference/resources/responses/streaming-events).

import Bytes
import Exchange
import Hub
import JSON
import OpenAI

extension StreamEvent {
  private enum Name: String, FieldName {
    case type
    case delta
    case item
    case response
    case error
    case sequence = "sequence_number"
  }
  private enum ResponseName: String, FieldName {
    case model
    case usage
  }
  private enum ItemName: String, FieldName {
    case name
    case encryptedContent = "encrypted_content"
  }

  private static let scanner = FieldScanner<Name>()
  private static let responseScanner = FieldScanner<ResponseName>()
  private static let itemScanner = FieldScanner<ItemName>()

  /// Throws when the payload is neither `[DONE]` nor a JSON object.
  init(responses data: ByteSlice) throws(JSONError) {
    let text = data.span
    if text.equals("[DONE]") {
      self.init(isDone: true, isError: false)
      return
    }
    let fields = try Self.scanner.scan(text)
    let type = fields[.type]?.value
    func isType(_ name: StaticString) -> Bool {
      guard let range = type?.plainString(in: data.span) else { return false }
      return data.span.extracting(range).equals(name)
    }
    let hasEnded = isType("response.completed") || isType("response.incomplete")
    let hasFailed =
      isType("error") || isType("response.failed") || fields[.error].map { $0.value.kind != .null } ?? false
    self.init(isDone: hasEnded, isError: hasFailed)
    hasFinished = hasEnded
    sequence = fields[.sequence]?.value.integer(in: text)
    if let response = fields[.response]?.value, response.kind == .object {
      let inner = try Self.responseScanner.scan(text, in: response.range)
      model = inner[.model]?.value
      usage = inner[.usage].flatMap { ReportedUsage.read(text.extracting($0.value.range)) }
    }
    // Texts, arguments, reasoning: whatever grows.
    if let delta = fields[.delta], delta.value.kind == .string { add(delta) }
    if let item = fields[.item]?.value, item.kind == .object, isType("response.output_item.done") {
      let inner = try Self.itemScanner.scan(text, in: item.range)
      add(inner[.name])
      add(inner[.encryptedContent])
    }
  }
}
