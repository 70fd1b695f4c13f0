// YAMLText: a value as YAML that every reader understands as the same value, be its grammar 1.1 or 1.2.

import JSON

enum YAMLText {
  /// Block style but for short lists of scalars, members in their order; ends with a line end.
  static func text(_ value: JSONValue) -> String {
    var lines: [String] = []
    append(value, to: &lines, indent: "", lead: "")
    return lines.joined(separator: "\n") + "\n"
  }

  /// On one line: `{limit: 50k tokens/hour, per: [user]}`.
  static func flow(_ value: JSONValue) -> String {
    if let members = value.members {
      return "{" + members.map { "\(scalar($0.name, inFlow: true)): \(flow($0.value))" }.joined(separator: ", ") + "}"
    }
    if let elements = value.elements { return "[" + elements.map(flow).joined(separator: ", ") + "]" }
    return scalar(value, inFlow: true)
  }

  /// `lead` stands before the first line instead of `indent`: after a dash.
  private static func append(_ value: JSONValue, to lines: inout [String], indent: String, lead: String) {
    var lead = lead
    if let members = value.members, !members.isEmpty {
      for (name, value) in members {
        appendMember(scalar(name), value, to: &lines, indent: indent, lead: lead)
        lead = indent
      }
    } else if let elements = value.elements, !elements.isEmpty {
      for element in elements {
        append(element, to: &lines, indent: indent + "  ", lead: lead + "- ")
        lead = indent
      }
    } else {
      lines.append(lead + flow(value))
    }
  }

  private static func appendMember(
    _ name: String, _ value: JSONValue, to lines: inout [String], indent: String, lead: String
  ) {
    if let elements = value.elements, elements.allSatisfy({ $0.count == 0 }) {
      let line = "\(lead)\(name): \(flow(value))"
      if line.count <= 100 { return lines.append(line) }
    }
    // Other lists stand under their name, not deeper: `chain:` and then `- backend: openai`.
    let deeper = value.kind == .array ? indent : indent + "  "
    if value.count > 0 {
      lines.append("\(lead)\(name):")
      append(value, to: &lines, indent: deeper, lead: deeper)
    } else {
      lines.append("\(lead)\(name): \(flow(value))")
    }
  }

  private static func scalar(_ value: JSONValue, inFlow: Bool) -> String {
    value.string.map { scalar($0, inFlow: inFlow) } ?? IndentedJSON.scalar(value)
  }

  /// The text as it is where no reader could take it for anything else, between double quotes everywhere else.
  static func scalar(_ text: String, inFlow: Bool = false) -> String {
    isPlain(text, inFlow: inFlow) ? text : doubleQuoted(text)
  }

  /// As in JSON, but for characters outside the basic plane: YAML knows no surrogates (YAML 1.2, 5.7).
  static func doubleQuoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\t": escaped += "\\t"
      case _ where isEscaped(scalar):
        escaped += "\\U" + IndentedJSON.hexadecimal(scalar.value, digits: 8)
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return "\"" + escaped + "\""
  }

  /// What YAML does not allow as it is (YAML 1.2, 5.1), and what could not be seen.
  static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isUnseen || scalar.properties.isNoncharacterCodePoint
  }

  private static func isPlain(_ text: String, inFlow: Bool) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, last != 0x20, last != 0x3A else { return false }
    let isWord = isLetter(first) || first == UInt8(ascii: "$") || first == UInt8(ascii: "/")
    // Digits first are a number, a date or a time somewhere, unless a word or a unit follows them.
    let isCounted = isDigit(first) && (isFollowedByWord(text) || isFollowedByUnit(text))
    if !isWord && !isCounted || words.contains(text.lowercased()) { return false }
    var before: UInt8 = 0
    for byte in text.utf8 {
      let isMark = " $%()+-./:;=_~^*&!@|<>#,?".utf8.contains(byte)
      guard isLetter(byte) || isDigit(byte) || isMark else { return false }
      if byte == 0x20, before == UInt8(ascii: ":") || before == 0x20 { return false }
      if byte == UInt8(ascii: "#"), before == 0x20 { return false }
      if byte == UInt8(ascii: ","), inFlow { return false }
      before = byte
    }
    return true
  }

  /// `50000 tokens/hour`.
  private static func isFollowedByWord(_ text: String) -> Bool {
    text.split(separator: " ").dropFirst().first?.utf8.first.map(isLetter) == true
  }

  /// `50k`, `10s`, `500ms`.
  private static func isFollowedByUnit(_ text: String) -> Bool {
    let unit = text.utf8.drop(while: isDigit)
    return !unit.isEmpty && unit.allSatisfy("kMGsmhdw".utf8.contains)
  }

  /// Words that YAML 1.1 or 1.2 takes for something other than text.
  private static let words: Set = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 32) &- 97 < 26 }
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
}
