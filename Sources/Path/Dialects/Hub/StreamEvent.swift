// StreamEvent: what one event of a provider's stream means: content, usage, an error, or the end.

import Bytes
import Exchange
import JSON

/// What one `data:` payload is.
public struct StreamEvent: Sendable {
  /// `data: [DONE]`
  public let isDone: Bool
  public let isError: Bool
  /// Bytes of text, tool arguments and the like, as written in JSON; nil when the event carries none.
  public var contentBytes: Int?
  /// A choice has come to its end.
  public var hasFinished = false
  /// What it reports to have been used so far.
  public var usage: Usage?
  /// It says nothing but that the connection lives.
  public var isIdle = false
  /// Nothing but usage: the extra chunk that `include_usage` asks for.
  public var isOnlyUsage = false
  /// Its number, where the dialect counts its events.
  public var sequence: Int64?
  /// Where the provider's name for the model stands.
  public var model: ScannedValue?

  public init(isDone: Bool, isError: Bool) {
    self.isDone = isDone
    self.isError = isError
  }

  /// Counts a member as content unless it is null or an empty string, array or object.
  public mutating func add(_ field: Field?) {
    guard let value = field?.value, value.kind != .null, value.range.count > 2 else { return }
    contentBytes = (contentBytes ?? 0) + value.range.count - 2
  }

  /// Counts a piece of which nobody knows how it carries its text.
  public mutating func countUnknown(_ data: ByteSlice) { contentBytes = max(1, data.count / 8) }

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
