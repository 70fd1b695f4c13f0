// ExpressionError: why an expression cannot be loaded, where, and what to write instead.

/// A place in an expression's source, counted from 1; a column counts characters, as editors do.
public struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
  public let line: Int
  public let column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public var description: String { "line \(line), column \(column)" }
}

/// The expression is refused as a whole: nothing of it was kept.
public struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
  public let position: SourcePosition
  /// For people: what is wrong and what to do.
  public let message: String

  public init(_ message: String, at position: SourcePosition) {
    self.message = message
    self.position = position
  }

  /// `line 1, column 17: output_token is not a variable; did you mean output_tokens?`
  public var description: String { "\(position): \(message)" }
}

/// The text of an expression, as everyone who may have to complain about it holds it.
struct Source: Sendable {
  let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }

  func position(at offset: Int) -> SourcePosition {
    var line = 1
    var column = 1
    for byte in bytes.prefix(offset) {
      if byte == UInt8(ascii: "\n") {
        (line, column) = (line + 1, 1)
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return SourcePosition(line: line, column: column)
  }

  func error(_ message: String, at offset: Int) -> ExpressionError {
    ExpressionError(message, at: position(at: offset))
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
