// ClaudeInput: a call's arguments, which Anthropic and Bedrock want as JSON and others give as its text.

import Bytes
import Hub
import JSON

package enum ClaudeInput {
  private enum NoName: String, FieldName { case arguments }
  private static let scanner = FieldScanner<NoName>()

  /// The object that `arguments` spell. Models make mistakes, and agents give them back: what is no JSON object
  /// is the one member `arguments` of one.
  package static func object(_ arguments: String) -> ByteSlice {
    let text = ByteSlice(arguments)
    if (try? scanner.scan(text.span)) != nil { return text }
    if arguments.isEmpty { return ByteSlice("{}") }
    var json = JSONWriter(minimumCapacity: arguments.utf8.count + 32)
    json.object { $0.member("arguments", arguments) }
    return json.take()
  }
}
