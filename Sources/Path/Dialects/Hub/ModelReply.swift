// ModelReply: a complete JSON reply: whether it is an answer, what it used, and the same reply under the agent's name.

import Bytes
import Exchange
import JSON

/// A provider's JSON object. Members the gateway does not know pass untouched.
public struct ModelReply: Sendable {
  /// What a reply of a good status is.
  public enum Shape: Hashable, Sendable {
    /// What was asked for, which may say nothing: content may be empty where it is said why.
    case answer
    /// An error in the place of an answer.
    case error
    /// Nothing of what makes an answer in its dialect.
    case empty
    /// What an answer is told in is there, but is not what it must be: nobody can tell what was said.
    case malformed
  }

  public let body: ByteSlice
  private let model: ScannedValue?
  /// What it reports to have been used; nil where it does not say.
  public let usage: Usage?
  public let shape: Shape
  /// The provider works on after this reply: what it reports now is not what it will bill.
  public let isUnfinished: Bool

  /// - Parameter model: where the provider's name for the model stands.
  package init(_ body: ByteSlice, model: ScannedValue?, usage: Usage?, shape: Shape, isUnfinished: Bool = false) {
    self.body = body
    self.model = model
    self.usage = usage
    self.shape = shape
    self.isUnfinished = isUnfinished
  }

  /// The body with `name` in the place of the provider's model name.
  public func body(showing name: ByteSlice) -> [ByteSlice] {
    guard let model, model.kind == .string else { return [body] }
    let range = model.range
    if body.span.extracting(range).equals(name.span) { return [body] }
    return [body.slice(0..<range.lowerBound), name, body.slice(range.upperBound..<body.count)]
  }

  /// `name` as a JSON string, to be made once for all replies.
  public static func quoted(_ name: ModelName) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: name.text.utf8.count + 2)
    JSONText.appendQuoted(name.text, to: &buffer)
    return buffer.take()
  }
}

extension FieldTable {
  /// The member is there and not null.
  package func says(_ name: Name) -> Bool { self[name].map { $0.value.kind != .null } ?? false }

  /// The member is this very text, written plainly.
  package func says(_ name: Name, _ text: StaticString, in body: Span<UInt8>) -> Bool {
    guard let range = self[name]?.value.plainString(in: body) else { return false }
    return body.extracting(range).equals(text)
  }

  /// The shape of a reply that tells its answer in `name`, a value of `kind`.
  package func shape(_ name: Name, _ kind: JSONKind, isError: Bool, isAnswer: (ScannedValue) -> Bool)
    -> ModelReply.Shape
  {
    if isError { return .error }
    guard let value = self[name]?.value, value.kind != .null else { return .empty }
    if value.kind != kind { return .malformed }
    return isAnswer(value) ? .answer : .empty
  }

  /// The shape of one of which no more is asked than to be no error and not empty.
  package func shape(isError: Bool) -> ModelReply.Shape { isError ? .error : object.memberCount > 0 ? .answer : .empty }
}

extension ScannedValue {
  /// The first element of an array; nil where there is none.
  package func first(in body: Span<UInt8>) -> ScannedValue? {
    guard kind == .array else { return nil }
    var elements = ArrayScanner(self)
    return (try? elements.next(in: body)) ?? nil
  }
}
