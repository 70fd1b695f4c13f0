// Table: aligned columns for people.

/// One field of a table; what it shows is harmless whatever it was made from.
struct Cell: Hashable, ExpressibleByStringInterpolation {
  let text: String
  let mood: Mood

  init(_ text: String?, _ mood: Mood = .plain) {
    self.text = text.map(\.visible) ?? "-"
    self.mood = mood
  }

  init(stringLiteral text: String) { self.init(text) }
}

/// Rows under headings, each column as wide as its widest cell. Columns of numbers stand to the right.
struct Table: Hashable {
  struct Column: Hashable {
    let title: String
    let isNumber: Bool
    /// Only `-o wide` shows it.
    let isWide: Bool

    static func text(_ title: String) -> Self { Self(title: title, isNumber: false, isWide: false) }
    static func number(_ title: String) -> Self { Self(title: title, isNumber: true, isWide: false) }
    static func wideText(_ title: String) -> Self { Self(title: title, isNumber: false, isWide: true) }
    static func wideNumber(_ title: String) -> Self { Self(title: title, isNumber: true, isWide: true) }
  }

  private let columns: [Column]
  private var rows: [[Cell]] = []
  /// Said in place of a table without rows.
  private let empty: String

  init(_ columns: [Column], empty: String) {
    self.columns = columns
    self.empty = empty
  }

  var isEmpty: Bool { rows.isEmpty }

  mutating func add(_ row: [Cell]) {
    precondition(row.count == columns.count, "\(row.count) cells for \(columns.count) columns")
    rows.append(row)
  }

  /// Lines with their line ends.
  func text(isWide: Bool, paint: Paint) -> String {
    if rows.isEmpty { return empty + "\n" }
    let shown = columns.indices.filter { isWide || !columns[$0].isWide }
    let widths = shown.map { column in rows.map(\.[column].text.count).reduce(columns[column].title.count, max) }
    let titles = columns.map { Cell($0.title, .heading) }
    return ([titles] + rows).map { row in
      let cells = zip(shown, widths).map { padded(row[$0], to: $1, isNumber: columns[$0].isNumber, paint) }
      return cells.joined(separator: "  ").trimmingEnd() + "\n"
    }.joined()
  }

  private func padded(_ cell: Cell, to width: Int, isNumber: Bool, _ paint: Paint) -> String {
    let space = String(repeating: " ", count: width - cell.text.count)
    let text = paint(cell.text, cell.mood)
    return isNumber ? space + text : text + space
  }
}

extension String {
  /// The text without the spaces at its end.
  fileprivate func trimmingEnd() -> String {
    var end = self[...]
    while end.last == " " { end.removeLast() }
    return String(end)
  }
}
