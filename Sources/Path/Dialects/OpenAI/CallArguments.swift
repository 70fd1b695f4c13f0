// CallArguments: what models write as the arguments of a call, which need not be the JSON object it should be.

import Bytes
import Hub
import JSON

package enum CallArguments {
  private enum NoName: String, FieldName { case none = "" }
  private static let scanner = FieldScanner<NoName>()

  /// The object that `text` spells. None at all is `{}`; what is no object, such as one that was cut off at the most
  /// tokens, becomes an object's only member, so that the tool refuses it and the model sees why.
  package static func object(of text: String) -> String {
    if text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x0A }) { return "{}" }
    let bytes = ByteSlice(text)
    if (try? scanner.scan(bytes.span)) != nil { return text }
    var object = JSONWriter(minimumCapacity: text.utf8.count + 32)
    object.object { $0.member("arguments", text) }
    return String(object.take().span)
  }

  package static func text(of object: JSONValue) -> String {
    var writer = JSONWriter(minimumCapacity: 128)
    writer.value(object)
    return String(writer.take().span)
  }
}
