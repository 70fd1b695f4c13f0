// PlainMessages: a conversation of plain texts, counted and looked at where it stands, without a document.

import Bytes
import JSON

/// The quick way through what benchmarks send: messages that are a role and a string, and nothing else.
struct PlainMessages {
  private enum Name: String, FieldName { case role, content }
  private static let scanner = FieldScanner<Name>()

  private var tokens = UsageRule.chatOverhead
  private var question: Range<Int>?

  /// nil for any other conversation, which wants to be read with care.
  static func read(_ value: ScannedValue?, in body: Span<UInt8>) -> Prompt? {
    guard let value, value.kind == .array else { return nil }
    var messages = PlainMessages()
    var list = ArrayScanner(value)
    var endsWithUser = false
    while let message = (try? list.next(in: body)) ?? nil {
      guard let isUser = messages.take(message, in: body) else { return nil }
      endsWithUser = isUser
    }
    guard endsWithUser, let question = messages.question else { return nil }
    var text = ByteBuffer()
    SpelledText.append(body.extracting(question), atMost: Prompt.questionBytesMax, to: &text)
    return Prompt(tokens: messages.tokens, question: String(text.span))
  }

  /// Whether the message is the user's; nil where it is no plain one.
  private mutating func take(_ message: ScannedValue, in body: Span<UInt8>) -> Bool? {
    guard message.kind == .object, let fields = try? Self.scanner.scan(body, in: message.range),
      fields.object.memberCount == 2, let role = fields[.role]?.value, let content = fields[.content]?.value,
      content.kind == .string
    else { return nil }
    let isUser: Bool
    switch role.string(in: body) {
    case "user": isUser = true
    case "system", "developer", "assistant": isUser = false
    default: return nil
    }
    let inner = content.range.lowerBound + 1..<content.range.upperBound - 1
    tokens += UsageRule.messageOverhead + UsageRule.tokens(ofBytes: SpelledText.count(of: body.extracting(inner)))
    if isUser { question = inner }
    return isUser
  }
}
