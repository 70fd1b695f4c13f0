// InterfaceScanner: the words and marks of an interface definition, one by one.

/// A definition that cannot be read. `line` counts from 1.
public struct InterfaceError: Error, Hashable, Sendable, CustomStringConvertible {
  public let line: Int
  public let message: String
  public var description: String { "line \(line): \(message)" }
}

/// Splits a definition at spaces, comments and marks.
struct InterfaceScanner {
  private let bytes: [UInt8]
  private var at = 0
  private(set) var line = 1
  /// The token that comes next; empty at the end.
  private(set) var token = ""

  init(_ text: String) {
    bytes = Array(text.utf8)
    advance()
  }

  var isAtEnd: Bool { token.isEmpty }

  /// Goes past the next token if it is `expected`.
  mutating func take(_ expected: String) -> Bool {
    if token != expected { return false }
    advance()
    return true
  }

  mutating func expect(_ expected: String) throws(InterfaceError) {
    if !take(expected) { throw mistake("'\(expected)' expected, \(found) found") }
  }

  /// The next token, which must be a word that `isAllowed` accepts; `what` names it for people.
  mutating func word(_ what: String, where isAllowed: (String) -> Bool) throws(InterfaceError) -> String {
    let word = token
    if word.isEmpty || !isAllowed(word) { throw mistake("\(what) expected, \(found) found") }
    advance()
    return word
  }

  func mistake(_ message: String) -> InterfaceError { InterfaceError(line: line, message: message) }

  private var found: String { isAtEnd ? "the end" : "'\(token)'" }

  private mutating func advance() {
    skipSpaces()
    let start = at
    if at < bytes.count {
      at += Self.isWord(bytes[at]) ? wordLength : markLength
    }
    token = String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func skipSpaces() {
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\n"):
        line += 1
        at += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): at += 1
      case UInt8(ascii: "#"):
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
      default: return
      }
    }
  }

  private var wordLength: Int { bytes[at...].prefix(while: Self.isWord).count }

  private var markLength: Int {
    for mark in ["->", "[]", "[string]"] where bytes[at...].starts(with: mark.utf8) { return mark.utf8.count }
    return 1
  }

  /// Dots stand in interface names only; the parser refuses them elsewhere.
  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
