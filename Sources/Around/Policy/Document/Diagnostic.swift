// Diagnostic: what is wrong with a policy, where, and what to do about it.

/// A place in a file, counted from 1; a column counts characters, as editors do.
public struct Position: Hashable, Comparable, Sendable {
  /// Which of the files of a document, in the order in which they were merged, from 0.
  let file: Int32
  private let lineNumber: Int32
  private let columnNumber: Int32

  public var line: Int { Int(lineNumber) }
  public var column: Int { Int(columnNumber) }

  public init(line: Int, column: Int) { self.init(file: 0, line: line, column: column) }

  /// Bounded as documents are: see `Node.Bounds`.
  init(file: Int, line: Int, column: Int) {
    self.file = Int32(file)
    lineNumber = Int32(line)
    columnNumber = Int32(column)
  }

  public static func < (left: Self, right: Self) -> Bool {
    (left.file, left.lineNumber, left.columnNumber) < (right.file, right.lineNumber, right.columnNumber)
  }
}

/// One fault of a policy. Printed as compilers print theirs, so that editors can jump to it:
/// `aigw.yaml:12:10: budgets.per-user.limit: ...`.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  /// The file's name as it was given, or what else the policy was made from: `environment`.
  public let file: String
  /// nil where there is no file to point into.
  public let position: Position?
  /// `budgets.per-user.limit`, `models."gpt-3.5-turbo".chain[0].backend`; empty for the document itself.
  public let path: String
  /// What happened and what to do. Never quotes a value that could be a credential.
  public let message: String

  public init(file: String, position: Position?, path: String, message: String) {
    self.file = file
    self.position = position
    self.path = path
    self.message = message
  }

  public var description: String {
    var text = file
    if let position { text += ":\(position.line):\(position.column)" }
    if !path.isEmpty { text += ": " + path }
    return text + ": " + message
  }
}

/// Why a policy was refused: every fault found, in the order of the file; never empty.
public struct PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
  public let diagnostics: [Diagnostic]

  init(_ diagnostics: [Diagnostic]) {
    precondition(!diagnostics.isEmpty, "a policy is refused for a reason")
    self.diagnostics = diagnostics
  }

  /// One line for each fault.
  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

/// A text that does not follow its grammar: an address, a limit, a size, a duration.
public struct Malformed: Error, Hashable, Sendable {
  /// Follows the path in a diagnostic: what is wrong and what to write instead.
  public let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// Gathers faults while a document is decoded, so that a person sees all of them at once.
struct Diagnostics {
  /// More than a screenful helps nobody, and a hostile document could hold a million.
  static let countMax = 100

  private let files: [String]
  private var found: [Found] = []

  private struct Found {
    let position: Position?
    let path: DocumentPath
    let message: String
  }

  /// - Parameter files: what the `file` of a position counts; never empty.
  init(files: [String]) { self.files = files }

  /// - Parameter message: made only when it is kept, for a suggestion takes a while to find.
  mutating func report(_ message: @autoclosure () -> String, at path: DocumentPath, _ position: Position?) {
    if found.count < Self.countMax { found.append(Found(position: position, path: path, message: message())) }
  }

  /// `line 2, column 3`, and the file before it where that is another one than `here`.
  func words(for position: Position, from here: Position) -> String {
    let place = "line \(position.line), column \(position.column)"
    return position.file == here.file ? place : "\(files[Int(position.file)]), \(place)"
  }

  var hasFaults: Bool { !found.isEmpty }

  /// The refusal to throw, or nil when nothing was found.
  var refusal: PolicyError? {
    if found.isEmpty { return nil }
    // A stable sort: faults of one place keep the order in which they were found.
    let ordered = found.enumerated().sorted { left, right in
      let (first, second) = (left.element.position, right.element.position)
      guard let first, let second, first != second else { return left.offset < right.offset }
      return first < second
    }
    return PolicyError(
      ordered.map { _, found in
        Diagnostic(
          file: files[Int(found.position?.file ?? 0)], position: found.position, path: found.path.description,
          message: found.message)
      })
  }
}
