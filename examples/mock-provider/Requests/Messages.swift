// Messages: the conversation of a chat request, counted and looked at where it stands.

import Bytes
import JSON

struct Messages {
  private enum Name: String, FieldName { case role, content }
  private enum PartName: String, FieldName { case type, text }
  private static let scanner = FieldScanner<Name>()
  private static let partScanner = FieldScanner<PartName>()
  private static let roles = ["user", "assistant", "system", "tool", "developer", "function"]

  /// What the conversation costs.
  private(set) var tokens = UsageRule.chatOverhead
  /// The content of the last message of the user, which is what the reply echoes.
  private var lastAsked: ScannedValue?
  /// Whether the conversation ends with that message: only then may it call tools.
  private var endsWithUser = false

  init(_ value: ScannedValue?, in body: Span<UInt8>) throws(Refusal) {
    guard let value else { throw .invalid("Missing required parameter: 'messages'.", param: "messages") }
    guard value.kind == .array else {
      throw .invalid(
        "Invalid type for 'messages': expected an array of objects.", param: "messages", code: "invalid_type")
    }
    var list = ArrayScanner(value)
    var count = 0
    while let message = Self.next(of: &list, in: body) {
      try read(message, at: count, in: body)
      count += 1
    }
    if count == 0 {
      throw .invalid(
        "Invalid 'messages': empty array. Expected an array with minimum length 1.", param: "messages",
        code: "empty_array")
    }
  }

  /// The beginning of what the user asked last, its escapes undone.
  func lastText(in body: Span<UInt8>) -> ByteSlice {
    var text = ByteBuffer(minimumCapacity: ReplyText.openingBytesMax)
    Self.forEachText(of: lastAsked, in: body) { range in
      let left = ReplyText.echoBytesMax - text.count
      if left > 0 { SpelledText.append(body.extracting(range), atMost: left, to: &text) }
    }
    return text.take()
  }

  /// All of it, when the conversation ends with it; else nothing.
  func questionText(in body: Span<UInt8>) -> String {
    if !endsWithUser { return "" }
    var text = ByteBuffer()
    Self.forEachText(of: lastAsked, in: body) { range in
      SpelledText.append(body.extracting(range), atMost: .max, to: &text)
      text.append("\n")
    }
    return String(text.span)
  }

  private mutating func read(_ message: ScannedValue, at index: Int, in body: Span<UInt8>) throws(Refusal) {
    guard message.kind == .object, let fields = try? Self.scanner.scan(body, in: message.range) else {
      throw .invalid(
        "Invalid type for 'messages[\(index)]': expected an object.", param: "messages[\(index)]", code: "invalid_type")
    }
    let param = "messages[\(index)].role"
    guard let role = fields.value(.role)?.string(in: body) else {
      throw .invalid("Missing required parameter: '\(param)'.", param: param, code: "missing_required_parameter")
    }
    guard Self.roles.contains(role) else {
      throw .invalid(
        "Invalid value: '\(role)'. Supported values are: \(Self.roles.joined(separator: ", ")).", param: param,
        code: "invalid_value")
    }
    let content = fields.value(.content)
    if let content, content.kind != .string, content.kind != .array {
      let param = "messages[\(index)].content"
      throw .invalid("Invalid type for '\(param)': expected a string or an array.", param: param, code: "invalid_type")
    }
    var bytes = 0
    Self.forEachText(of: content, in: body) { bytes += SpelledText.count(of: body.extracting($0)) }
    tokens += UsageRule.messageOverhead + UsageRule.tokens(ofBytes: bytes)
    endsWithUser = role == "user"
    if endsWithUser { lastAsked = content }
  }

  /// The insides of the strings a content holds: itself, or the texts of its parts.
  private static func forEachText(of content: ScannedValue?, in body: Span<UInt8>, _ take: (Range<Int>) -> Void) {
    guard let content else { return }
    if content.kind == .string { return take(content.range.lowerBound + 1..<content.range.upperBound - 1) }
    var parts = ArrayScanner(content)
    while let part = next(of: &parts, in: body) {
      guard part.kind == .object, let fields = try? partScanner.scan(body, in: part.range) else { continue }
      if let text = fields.value(.text), text.kind == .string {
        take(text.range.lowerBound + 1..<text.range.upperBound - 1)
      }
    }
  }

  /// The array was found valid by the scan of the whole body, so nothing can fail any more.
  private static func next(of list: inout ArrayScanner, in body: Span<UInt8>) -> ScannedValue? {
    (try? list.next(in: body)) ?? nil
  }
}
