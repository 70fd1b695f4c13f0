// ArgumentText: how far the JSON text of a call's arguments has come, and where another object begins behind it.

import Bytes
import JSON

/// Counts brackets outside of strings. Some providers glue the arguments of a second call to those of the first; both are
/// told apart here (github.com/huggingface/smolagents/issues/1958).
package struct ArgumentText {
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  /// An object has come, from its first bracket to its last.
  package private(set) var isWhole = false

  package init() {}

  /// Takes the next piece.
  ///
  /// - Returns: what of it belongs to this object, and what begins another. What follows a whole object and begins none
  ///   belongs to nothing.
  package mutating func take(_ piece: String) -> (own: String, next: String?) {
    let bytes = piece.utf8
    if isWhole { return ("", Self.beginning(of: bytes[...])) }
    var count = 0
    for byte in bytes {
      step(byte)
      count += 1
      if !isWhole { continue }
      let end = bytes.index(bytes.startIndex, offsetBy: count)
      if end == bytes.endIndex { return (piece, nil) }
      return (String(piece[..<end]), Self.beginning(of: bytes[end...]))
    }
    return (piece, nil)
  }

  private mutating func step(_ byte: UInt8) {
    if isInString {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInString = false
      }
      return
    }
    switch byte {
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      isWhole = depth == 0
    default: break
    }
  }

  private static func beginning(of rest: Substring.UTF8View) -> String? {
    guard let start = rest.firstIndex(of: UInt8(ascii: "{")) else { return nil }
    let isBlank = rest[..<start].allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) || $0 == UInt8(ascii: ",") }
    return isBlank ? String(Substring(rest[start...])) : nil
  }
}
