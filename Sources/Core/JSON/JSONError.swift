// JSONError: why a text is not the JSON asked for, and where.

import Bytes

/// A text that could not be read as JSON. The message never quotes the text: it may be a prompt or a key.
public struct JSONError: Error, Hashable, Sendable {
  public let message: String
  /// Counted from 1.
  public let line: Int
  /// In characters (Unicode scalars), counted from 1; 0 when the line's first character was never reached.
  public let column: Int
  /// How many bytes had been read, the offending one included.
  public let offset: Int

  public init(message: String, line: Int, column: Int, offset: Int) {
    self.message = message
    self.line = line
    self.column = column
    self.offset = offset
  }
}

extension JSONError: CustomStringConvertible {
  public var description: String { "line \(line), column \(column): \(message)" }
}

/// The same fault before anyone asked where it is: cheap to throw from the middle of a scan.
struct TextFault: Error {
  let message: StaticString
  /// The offending byte's index; the text's length when it ended too early.
  let position: Int
}

extension JSONError {
  /// `fault` with the line and column its position has in `text`.
  init(_ fault: TextFault, in text: Span<UInt8>) {
    let read = min(fault.position + 1, text.count)
    var line = 1
    var column = 0
    for index in 0..<read {
      let byte = text[index]
      // A newline that is itself the fault still belongs to the line it ends.
      if byte == UInt8(ascii: "\n"), index < read - 1 {
        line += 1
        column = 0
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    self.init(message: "\(fault.message)", line: line, column: column, offset: read)
  }
}
