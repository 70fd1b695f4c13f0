// Place: a node on its way to becoming part of a policy, with the path a person would use to name it.

/// A value and its path. Each reading method returns nil after reporting why the value will not do.
struct Place {
  /// More budgets than anyone has.
  static let entriesMax = 20_000

  let node: Node
  let path: DocumentPath

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

  func flag(_ diagnostics: inout Diagnostics) -> Bool? {
    if case .bool(let flag) = node.value { return flag }
    report("must be true or false, and is \(node.kind)", &diagnostics)
    return nil
  }

  /// One of a few words.
  func word<Word: RawRepresentable & CaseIterable>(
    of words: Word.Type, _ diagnostics: inout Diagnostics
  ) -> Word? where Word.RawValue == String {
    guard let text = text(&diagnostics) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let known = words.allCases.map(\.rawValue)
    report(
      "must be \(known.joined(separator: " or ")), and is \(quoted(text))"
        + (closest(to: text, among: known).map { "; did you mean \($0)?" } ?? ""), &diagnostics)
    return nil
  }

  /// A scalar as it was written, for a message; otherwise what it is.
  var shown: String {
    switch node.value {
    case .number(let text): text
    case .string(let text): quoted(text)
    case .bool, .null, .sequence, .mapping: node.kind
    }
  }

  /// The members of a list.
  func elements(_ diagnostics: inout Diagnostics) -> [Place]? {
    guard case .sequence(let nodes) = node.value else {
      report("must be a list, and is \(node.kind)", &diagnostics)
      return nil
    }
    if isTooLong(nodes.count, &diagnostics) { return nil }
    return nodes.enumerated().map { Place(node: $1, path: .element(path, $0)) }
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
  func members(_ diagnostics: inout Diagnostics) -> [Member]? {
    guard case .mapping(let entries) = node.value else {
      report("must be a mapping, and is \(node.kind)", &diagnostics)
      return nil
    }
    if isTooLong(entries.count, &diagnostics) { return nil }
    var firsts = FirstEntries(of: entries)
    var members: [Member] = []
    members.reserveCapacity(entries.count)
    for (index, entry) in entries.enumerated() {
      let member = Member(entry: entry, mapping: path)
      if let first = firsts.entry(like: index) {
        let place = diagnostics.words(for: first.position, from: entry.position)
        member.key.report("is written twice, first at \(place); keep one", &diagnostics)
        continue
      }
      members.append(member)
    }
    return members
  }

  /// One entry of a mapping. Its paths are made when they are asked for: most of ten thousand budgets never are.
  struct Member {
    fileprivate let entry: Node.Entry
    fileprivate let mapping: DocumentPath

    var name: String { entry.key }
    var isNull: Bool { entry.value.isNull }
    var key: Place { Place(node: Node(value: .string(entry.key), position: entry.position), path: path) }
    var value: Place { Place(node: entry.value, path: path) }
    private var path: DocumentPath { .member(mapping, entry.key) }
  }

  /// The keys of a mapping; none for anything else.
  var names: [String] {
    guard case .mapping(let entries) = node.value else { return [] }
    return entries.map(\.key)
  }

  func report(_ message: @autoclosure () -> String, _ diagnostics: inout Diagnostics) {
    diagnostics.report(message(), at: path, node.position)
  }

  private func isTooLong(_ count: Int, _ diagnostics: inout Diagnostics) -> Bool {
    if count <= Self.entriesMax { return false }
    report("has \(count) entries; it may have \(Self.entriesMax)", &diagnostics)
    return true
  }
}

/// Finds keys that a mapping repeats: by looking back where it is short, as nearly all are, by a table where it is long.
struct FirstEntries {
  private static let lookBackMax = 16

  private let entries: [Node.Entry]
  private var table: [String: Int] = [:]

  init(of entries: [Node.Entry]) {
    self.entries = entries
    if entries.count > Self.lookBackMax { table.reserveCapacity(entries.count) }
  }

  /// The first entry with the key of entry `index`; nil when that is the first. To be asked for each in order.
  mutating func entry(like index: Int) -> Node.Entry? {
    let key = entries[index].key
    if entries.count <= Self.lookBackMax { return entries[..<index].first { $0.key == key } }
    if let first = table[key] { return entries[first] }
    table[key] = index
    return nil
  }
}

/// `text` between double quotes for a message; what is too long is cut.
func quoted(_ text: String) -> String {
  "\"" + harmless(text, charactersMax: 40) { $0 == "\"" || $0 == "\\" } + "\""
}

/// `text` for a message: control characters are escaped, so that a document cannot write to the terminal of whoever checks
/// it, and what is too long is cut.
func harmless(_ text: String, charactersMax: Int, escaping isSpecial: (Unicode.Scalar) -> Bool = { _ in false })
  -> String
{
  var shown = ""
  for scalar in text.unicodeScalars.prefix(charactersMax) {
    let isHidden =
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: true
      default: isSpecial(scalar)
      }
    shown += isHidden ? scalar.escaped(asASCII: true) : String(scalar)
  }
  return shown + (text.unicodeScalars.count > charactersMax ? "..." : "")
}
