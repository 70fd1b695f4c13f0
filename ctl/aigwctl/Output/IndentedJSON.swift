// IndentedJSON: a reply as JSON for scripts that people look at too.

import Bytes
import JSON

enum IndentedJSON {
  /// Two spaces a level, and a line end; or all on one line.
  static func text(_ value: JSONValue, isOneLine: Bool = false) -> String {
    var text = ""
    append(value, to: &text, indent: isOneLine ? nil : "")
    return text + "\n"
  }

  private static func append(_ value: JSONValue, to text: inout String, indent: String?) {
    if let members = value.members, !members.isEmpty {
      appendList(members, between: ("{", "}"), to: &text, indent: indent) { member, text, inner in
        text += scalar(.string(member.name)) + (indent == nil ? ":" : ": ")
        append(member.value, to: &text, indent: inner)
      }
    } else if let elements = value.elements, !elements.isEmpty {
      appendList(elements, between: ("[", "]"), to: &text, indent: indent) { element, text, inner in
        append(element, to: &text, indent: inner)
      }
    } else {
      text += scalar(value)
    }
  }

  private static func appendList<Part>(
    _ parts: [Part], between brackets: (String, String), to text: inout String, indent: String?,
    _ append: (Part, inout String, String?) -> Void
  ) {
    let inner = indent.map { $0 + "  " }
    text += brackets.0
    for (index, part) in parts.enumerated() {
      if index > 0 { text += "," }
      if let inner { text += "\n" + inner }
      append(part, &text, inner)
    }
    if let indent { text += "\n" + indent }
    text += brackets.1
  }

  /// A value without parts. What is not seen is escaped although JSON would allow it: the text may be shown.
  static func scalar(_ value: JSONValue) -> String {
    var buffer = ByteBuffer()
    value.write(into: &buffer)
    return String(buffer.span).escapingUnseen { scalar in
      // Outside the basic plane, a pair of surrogates (RFC 8259 7).
      Array(UTF16.encode(scalar)!).map { "\\u" + hexadecimal(UInt32($0), digits: 4) }.joined()
    }
  }

  static func hexadecimal(_ number: UInt32, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
