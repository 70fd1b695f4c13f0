// StreamEvent+Anthropic: one event of a message stream (platform.claude.com/docs/en/build-with-claude/streaming).

import Bytes
import Exchange
import Hub
import JSON

extension StreamEvent {
  private enum Name: String, FieldName {
    case type
    case message
    case delta
    case contentBlock = "content_block"
    case usage
  }
  private enum MessageName: String, FieldName {
    case model
    case usage
  }
  private enum DeltaName: String, FieldName {
    case text
    case partialJSON = "partial_json"
    case thinking
    case signature
    case citation
    case stopReason = "stop_reason"
  }
  private enum BlockName: String, FieldName {
    case type
    case name
    case data
  }

  private static let scanner = FieldScanner<Name>()
  private static let messageScanner = FieldScanner<MessageName>()
  private static let deltaScanner = FieldScanner<DeltaName>()
  private static let blockScanner = FieldScanner<BlockName>()

  /// Throws when the payload is not a JSON object.
  package init(anthropic data: ByteSlice) throws(JSONError) {
    let text = data.span
    let fields = try Self.scanner.scan(text)
    let type = fields[.type]?.value
    func isType(_ name: StaticString) -> Bool {
      guard let range = type?.plainString(in: data.span) else { return false }
      return data.span.extracting(range).equals(name)
    }
    self.init(isDone: isType("message_stop"), isError: isType("error"))
    isIdle = isType("ping")
    usage = fields[.usage].flatMap { ReportedUsage.read(text.extracting($0.value.range)) }
    if let message = fields[.message]?.value, message.kind == .object {
      let inner = try Self.messageScanner.scan(text, in: message.range)
      usage = inner[.usage].flatMap { ReportedUsage.read(text.extracting($0.value.range)) }
      model = inner[.model]?.value
    }
    if let delta = fields[.delta]?.value, delta.kind == .object {
      let parts = try Self.deltaScanner.scan(text, in: delta.range)
      for name in [DeltaName.text, .partialJSON, .thinking, .signature, .citation] { add(parts[name]) }
      if let reason = parts[.stopReason], reason.value.kind != .null { hasFinished = true }
    }
    if let block = fields[.contentBlock]?.value, block.kind == .object {
      // A tool's name and redacted thinking come whole with the start of their block; text comes in deltas.
      let parts = try Self.blockScanner.scan(text, in: block.range)
      add(parts[.name])
      add(parts[.data])
    }
  }
}
