// ModelReply: a complete JSON reply: where its model and its usage stand, and the same reply under the agent's name.

import Bytes
import Exchange
import JSON

/// A provider's JSON object. Members the gateway does not know pass untouched.
public struct ModelReply: Sendable {
  public let body: ByteSlice
  private let model: ScannedValue?
  /// What it reports to have been used; nil where it does not say.
  public let usage: Usage?
  /// The reply is an error object, whatever its status says.
  public let isError: Bool

  /// - Parameter model: where the provider's name for the model stands.
  package init(_ body: ByteSlice, model: ScannedValue?, usage: Usage?, isError: Bool) {
    self.body = body
    self.model = model
    self.usage = usage
    self.isError = isError
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
