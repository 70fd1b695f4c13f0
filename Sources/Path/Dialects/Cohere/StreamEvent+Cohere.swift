// StreamEvent+Cohere: one event of a chat's stream (docs.cohere.com/docs/streaming).

import Bytes
import Exchange
import Hub
import JSON

extension StreamEvent {
  private enum Name: String, FieldName {
    case type
    case delta
    case message
  }
  private enum DeltaName: String, FieldName {
    case message
    case usage
    case error
    case finishReason = "finish_reason"
  }
  private enum MessageName: String, FieldName {
    case content
    case toolPlan = "tool_plan"
    case toolCalls = "tool_calls"
  }
  private enum ContentName: String, FieldName {
    case text
    case thinking
    case function
  }
  private enum FunctionName: String, FieldName {
    case name
    case arguments
  }

  private static let scanner = FieldScanner<Name>()
  private static let deltaScanner = FieldScanner<DeltaName>()
  private static let messageScanner = FieldScanner<MessageName>()
  private static let contentScanner = FieldScanner<ContentName>()
  private static let functionScanner = FieldScanner<FunctionName>()

  /// Throws when the payload is neither `[DONE]` nor a JSON object.
  init(cohere data: ByteSlice) throws(JSONError) {
    let text = data.span
    if text.equals("[DONE]") {
      self.init(isDone: true, isError: false)
      return
    }
    let fields = try Self.scanner.scan(text)
    guard let type = fields[.type]?.value else {
      // An error has a message and no type.
      self.init(isDone: false, isError: fields[.message] != nil)
      return
    }
    let isEnd = type.plainString(in: text).map { text.extracting($0).equals("message-end") } ?? false
    guard let delta = fields[.delta]?.value, delta.kind == .object else {
      self.init(isDone: isEnd, isError: false)
      hasFinished = isEnd
      return
    }
    let inner = try Self.deltaScanner.scan(text, in: delta.range)
    self.init(isDone: isEnd, isError: Self.failed(inner, in: data))
    hasFinished = isEnd && !isError
    usage = inner[.usage].flatMap { CohereUsage.read(text.extracting($0.value.range)) }
    guard let message = inner[.message]?.value, message.kind == .object else { return }
    let parts = try Self.messageScanner.scan(text, in: message.range)
    add(parts[.toolPlan])
    for part in [parts[.content], parts[.toolCalls]] {
      guard let part = part?.value, part.kind == .object else { continue }
      let members = try Self.contentScanner.scan(text, in: part.range)
      add(members[.text])
      add(members[.thinking])
      guard let function = members[.function]?.value, function.kind == .object else { continue }
      let call = try Self.functionScanner.scan(text, in: function.range)
      add(call[.name])
      add(call[.arguments])
    }
  }

  private static func failed(_ delta: FieldTable<DeltaName>, in data: ByteSlice) -> Bool {
    if let error = delta[.error]?.value, error.kind != .null { return true }
    guard let reason = delta[.finishReason]?.value.plainString(in: data.span) else { return false }
    let text = data.span.extracting(reason)
    return text.equals("ERROR") || text.equals("TIMEOUT")
  }
}
