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

  /// The objects that `text` spells: one, unless a provider has glued several calls into it.
  package static func objects(of text: String) -> [String] {
    var objects: [String] = []
    var rest = Optional(text)
    while let piece = rest, objects.count < Limits.objectsMax {
      var argument = ArgumentText()
      let (own, next) = argument.take(piece)
      guard argument.isWhole, (try? scanner.scan(ByteSlice(own).span)) != nil else { return [object(of: text)] }
      objects.append(own)
      rest = next
    }
    // Some servers begin with an empty object that the arguments then follow.
    if objects.count > 1, objects[0].utf8.count == 2 { objects.removeFirst() }
    return objects
  }

  private enum Limits {
    static let objectsMax = 128
  }

  package static func text(of object: JSONValue) -> String {
    var writer = JSONWriter(minimumCapacity: 128)
    writer.value(object)
    return String(writer.take().span)
  }
}
