// ModelReply: a complete JSON reply: where its model and its usage stand, and the same reply under the agent's name.

import Bytes
import Exchange
import JSON

/// A provider's JSON object. Members the gateway does not know pass untouched.
public struct ModelReply: Sendable {
  private enum Name: String, FieldName {
    case model
    case usage
    case error
    // Gemini's names for the first two.
    case modelVersion
    case usageMetadata
    // Where Cohere's embed and rerank tell their usage.
    case meta
  }

  private static let scanner = FieldScanner<Name>()

  public let body: ByteSlice
  private let model: Field?
  /// Where usage is reported, for metering; nil where it is absent or null.
  public let usage: ScannedValue?
  /// The reply is an error object, whatever its status says.
  public let isError: Bool

  /// Throws when the body is not one JSON object.
  public init(_ body: ByteSlice, in dialect: Dialect) throws(JSONError) {
    self.body = body
    let fields = try Self.scanner.scan(body.span)
    model = fields[dialect == .gemini ? .modelVersion : .model]
    let told = fields[dialect == .gemini ? .usageMetadata : .usage] ?? (dialect == .cohere ? fields[.meta] : nil)
    usage = told.map(\.value).flatMap { $0.kind == .null ? nil : $0 }
    isError = fields[.error].map { $0.value.kind != .null } ?? false
  }

  /// The body with `name` in the place of the provider's model name.
  public func body(showing name: ByteSlice) -> [ByteSlice] {
    guard let model, model.value.kind == .string else { return [body] }
    let range = model.value.range
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
