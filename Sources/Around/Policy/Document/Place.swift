// Place: a node on its way to becoming part of a policy, with the path a person would use to name it.

/// A value and its path. Each reading method returns nil after reporting why the value will not do.
struct Place {
  /// More backends, models or budgets than anyone has, and few enough to compare each with each.
  static let entriesMax = 2_000

  let node: Node
  let path: String

  /// Text as people write it; numbers and booleans are not taken for text, so that `0o17` never becomes a name.
  func text(_ diagnostics: inout Diagnostics) -> String? {
    if case .string(let text) = node.value { return text }
    let hint: String
    switch node.value {
    case .number, .bool: hint = "; put it in quotes if it is meant"
    case .string, .null, .sequence, .mapping: hint = ""
    }
    report("must be text, and is \(node.kind)\(hint)", &diagnostics)
    return nil
  }

  /// A whole number within `range`.
  func integer(in range: ClosedRange<Int64>, _ diagnostics: inout Diagnostics) -> Int64? {
    guard case .number(let spelled) = node.value else {
      report("must be a whole number, and is \(node.kind)", &diagnostics)
      return nil
    }
    if let number = Int64(spelled), range.contains(number) { return number }
    report(
      "must be a whole number from \(range.lowerBound) to \(range.upperBound), and is \(quoted(spelled))", &diagnostics)
    return nil
  }

  /// The members of a list.
  func elements(_ diagnostics: inout Diagnostics) -> [Place]? {
    guard case .sequence(let nodes) = node.value else {
      report("must be a list, and is \(node.kind)", &diagnostics)
      return nil
    }
    if isTooLong(nodes.count, &diagnostics) { return nil }
    return nodes.enumerated().map { Place(node: $1, path: "\(path)[\($0)]") }
  }

  /// The members of a list, or the one text that stands for a list of one.
  func oneOrMore(_ diagnostics: inout Diagnostics) -> [Place]? {
    switch node.value {
    case .string: return [self]
    case .sequence: return elements(&diagnostics)
    case .number, .bool, .null, .mapping:
      report("must be text or a list of texts, and is \(node.kind)", &diagnostics)
      return nil
    }
  }

  /// A mapping whose keys the user chose, in the order of the file; a repeated key is reported and its first value kept.
  func members(_ diagnostics: inout Diagnostics) -> [(key: Place, value: Place)]? {
    guard case .mapping(let entries) = node.value else {
      report("must be a mapping, and is \(node.kind)", &diagnostics)
      return nil
    }
    if isTooLong(entries.count, &diagnostics) { return nil }
    var firsts: [String: Position] = [:]
    var members: [(key: Place, value: Place)] = []
    for entry in entries {
      let path = extended(by: entry.key)
      if let first = firsts[entry.key] {
        diagnostics.report(
          "is written twice, first at line \(first.line), column \(first.column); keep one", at: path, entry.position)
        continue
      }
      firsts[entry.key] = entry.position
      let key = Place(node: Node(value: .string(entry.key), position: entry.position), path: path)
      members.append((key, Place(node: entry.value, path: path)))
    }
    return members
  }

  func report(_ message: @autoclosure () -> String, _ diagnostics: inout Diagnostics) {
    diagnostics.report(message(), at: path, node.position)
  }

  private func isTooLong(_ count: Int, _ diagnostics: inout Diagnostics) -> Bool {
    if count <= Self.entriesMax { return false }
    report("has \(count) entries; it may have \(Self.entriesMax)", &diagnostics)
    return true
  }

  /// `a.b`, or `a."b.c"` where the name would be mistaken for a path.
  private func extended(by key: String) -> String {
    let isSimple = !key.isEmpty && key.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 45 || $0 == 95 }
    return (path.isEmpty ? "" : path + ".") + (isSimple && key.utf8.count <= 40 ? key : quoted(key))
  }
}

/// `text` between double quotes for a message: control characters are escaped, so that a document cannot write to the
/// terminal of whoever checks it, and what is too long is cut.
func quoted(_ text: String) -> String {
  let charactersMax = 40
  var shown = ""
  for scalar in text.unicodeScalars.prefix(charactersMax) {
    let isHidden =
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: true
      default: scalar == "\"" || scalar == "\\"
      }
    shown += isHidden ? scalar.escaped(asASCII: true) : String(scalar)
  }
  return "\"" + shown + (text.unicodeScalars.count > charactersMax ? "..." : "") + "\""
}
