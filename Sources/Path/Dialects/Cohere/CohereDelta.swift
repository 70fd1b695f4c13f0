// CohereDelta: the event that most of a stream is made of, a few words of text, found without making a document.

import Bytes
import Hub
import JSON

enum CohereDelta {
  private enum Name: String, FieldName {
    case type, index, delta, logprobs
  }
  private enum DeltaName: String, FieldName {
    case message
  }
  private enum MessageName: String, FieldName {
    case content
  }
  private enum ContentName: String, FieldName {
    case text
  }
  private static let scanner = FieldScanner<Name>()
  private static let deltaScanner = FieldScanner<DeltaName>()
  private static let messageScanner = FieldScanner<MessageName>()
  private static let contentScanner = FieldScanner<ContentName>()

  /// The text of a `content-delta` that holds nothing else, and the number of its content; nil for every other event.
  static func text(_ data: ByteSlice) -> (text: String, number: Int64)? {
    let bytes = data.span
    guard let fields = try? scanner.scan(bytes), fields[.logprobs] == nil,
      let type = fields[.type]?.value.plainString(in: bytes), bytes.extracting(type).equals("content-delta"),
      let number = fields[.index]?.value.integer(in: bytes), let delta = fields[.delta]?.value, delta.kind == .object,
      let message = (try? deltaScanner.scan(bytes, in: delta.range))?[.message]?.value, message.kind == .object,
      let content = (try? messageScanner.scan(bytes, in: message.range))?[.content]?.value, content.kind == .object,
      let inner = try? contentScanner.scan(bytes, in: content.range), inner.object.memberCount == 1,
      let text = inner[.text]?.value.string(in: bytes), !text.isEmpty
    else { return nil }
    return (text, number)
  }
}
