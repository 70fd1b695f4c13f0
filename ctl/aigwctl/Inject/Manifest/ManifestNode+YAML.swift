// ManifestNode+YAML: a manifest written as YAML: names, order, quotes and block texts as they were read.

extension ManifestNode {
  /// Block style with lists under their name, as kubectl has it; ends with a line end.
  var yaml: String {
    var text = ""
    append(to: &text, indent: "", lead: "")
    return text
  }

  /// `lead` stands before the first line instead of `indent`: after a dash.
  private func append(to text: inout String, indent: String, lead: String) {
    var lead = lead
    switch value {
    case .mapping(let members) where !isFlow && !members.isEmpty:
      for member in members {
        text += lead + Self.scalar(member.name, member.style, inFlow: false) + ":"
        member.value.appendMember(to: &text, indent: indent)
        lead = indent
      }
    case .sequence(let elements) where !isFlow && !elements.isEmpty:
      for element in elements {
        element.append(to: &text, indent: indent + "  ", lead: lead + (element.isWrittenEmpty ? "-" : "- "))
        lead = indent
      }
    case .scalar(let string, .literal):
      text += lead
      // After a dash the text is indented from the dash, which stands two columns before.
      Self.appendLiteral(string, to: &text, indent: String(indent.dropLast(2)))
    case .scalar, .mapping, .sequence: text += lead + flow + "\n"
    }
  }

  private func appendMember(to text: inout String, indent: String) {
    switch value {
    case .mapping(let members) where !isFlow && !members.isEmpty:
      text += "\n"
      append(to: &text, indent: indent + "  ", lead: indent + "  ")
    case .sequence(let elements) where !isFlow && !elements.isEmpty:
      text += "\n"
      append(to: &text, indent: indent, lead: indent)
    case .scalar(let string, .literal):
      text += " "
      Self.appendLiteral(string, to: &text, indent: indent)
    case .scalar, .mapping, .sequence: text += (isWrittenEmpty ? "" : " " + flow) + "\n"
    }
  }

  /// Null without a word: `env:`.
  private var isWrittenEmpty: Bool {
    if case .scalar("", .plain) = value { true } else { false }
  }

  /// On one line.
  private var flow: String {
    switch value {
    case .scalar("", .plain): isFlow ? "null" : ""
    case .scalar(let text, let style): Self.scalar(text, style, inFlow: isFlow)
    case .sequence(let elements): "[" + elements.map(\.inFlow).joined(separator: ", ") + "]"
    case .mapping(let members):
      "{"
        + members.map { Self.scalar($0.name, $0.style, inFlow: true) + ": " + $0.value.inFlow }.joined(separator: ", ")
        + "}"
    }
  }

  private var inFlow: String {
    var node = self
    node.isFlow = true
    return node.flow
  }

  private static func scalar(_ text: String, _ style: Style, inFlow: Bool) -> String {
    switch style {
    case .plain:
      // Numbers and words that are not text hold none of these.
      let isBroken =
        text.utf8.contains(UInt8(ascii: "\n")) || inFlow && text.utf8.contains(where: ",[]{}".utf8.contains)
      return isBroken ? YAMLText.doubleQuoted(text) : text
    case .singleQuoted where !text.unicodeScalars.contains(where: YAMLText.isEscaped):
      return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    case .singleQuoted, .doubleQuoted: return YAMLText.doubleQuoted(text)
    case .literal, .free: return YAMLText.scalar(text, inFlow: inFlow)
    }
  }

  /// `|` and the lines of `text` (YAML 1.2, 8.1), two columns in from `indent`.
  private static func appendLiteral(_ text: String, to output: inout String, indent: String) {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, bytes.contains(where: { $0 != 0x0A }),
      !text.unicodeScalars.contains(where: { YAMLText.isEscaped($0) && $0 != "\n" && $0 != "\t" })
    else { return output += YAMLText.doubleQuoted(text) + "\n" }
    // Where the first line does not show the indentation, it is said.
    let indentation = [0x20, 0x09, 0x0A].contains(first) ? "2" : ""
    let endsCount = bytes.reversed().prefix { $0 == 0x0A }.count
    output += "|" + indentation + (endsCount == 0 ? "-" : endsCount == 1 ? "" : "+") + "\n"
    for line in bytes.dropLast(min(endsCount, 1)).split(separator: 0x0A, omittingEmptySubsequences: false) {
      output += (line.isEmpty ? "" : indent + "  " + String(decoding: line, as: UTF8.self)) + "\n"
    }
  }
}
