// ToolCalls: "call tool NAME" in a message becomes a call of that tool.

import Bytes
import JSON

enum ToolCalls {
  private static let words = "call tool "

  /// A call for each line that asks for a tool on offer, in order.
  static func asked(for text: String, among tools: JSONValue) -> [Content] {
    var calls: [Content] = []
    for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix(words) {
      let name = String(line.dropFirst(words.count).prefix { !$0.isWhitespace })
      guard let function = function(name, among: tools) else { continue }
      let call = Content.Call(id: "call_mock\(calls.count)_\(name)", name: name)
      calls.append(Content(call: call, text: ReplyText(arguments(for: function["parameters"]))))
    }
    return calls
  }

  private static func function(_ name: String, among tools: JSONValue) -> JSONValue? {
    tools.elements?.lazy.compactMap { $0["function"] }.first { $0["name"]?.string == name }
  }

  /// An object that fills every property of a JSON schema the same way each time.
  private static func arguments(for schema: JSONValue?) -> ByteSlice {
    var text = ByteBuffer()
    example(of: schema, depth: 0).write(into: &text)
    return text.take()
  }

  private static func example(of schema: JSONValue?, depth: Int) -> JSONValue {
    if let first = schema?["enum"]?[0] { return first }
    // Deeper than this a schema is taken to go on for ever.
    if depth > 8 { return [:] }
    switch schema?["type"]?.string {
    case "string": return "text"
    case "integer": return 1
    case "number": return .double(1.5)
    case "boolean": return true
    case "array": return [example(of: schema?["items"], depth: depth + 1)]
    case "null": return .null
    default:
      let properties = schema?["properties"]?.members ?? []
      return .object(properties.map { ($0.name, example(of: $0.value, depth: depth + 1)) })
    }
  }
}
