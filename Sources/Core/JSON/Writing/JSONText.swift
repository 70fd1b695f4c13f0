// JSONText: writing strings as JSON.

import Bytes

/// The text side of JSON, for those who write a few fields without a document.
public enum JSONText {
  /// Appends `text` between quotes, escaping what RFC 8259 7 says must be.
  public static func appendQuoted(_ text: String, to buffer: inout ByteBuffer) {
    appendQuoted(text.utf8.span, to: &buffer)
  }

  /// The same for bytes, which must be valid UTF-8.
  public static func appendQuoted(_ text: Span<UInt8>, to buffer: inout ByteBuffer) {
    buffer.reserve(text.count + 2)
    buffer.append(byte: UInt8(ascii: "\""))
    var written = 0
    for index in 0..<text.count {
      let byte = text[index]
      if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") { continue }
      buffer.append(text.extracting(written..<index))
      written = index + 1
      appendEscaped(byte, to: &buffer)
    }
    buffer.append(text.extracting(written..<text.count))
    buffer.append(byte: UInt8(ascii: "\""))
  }

  private static func appendEscaped(_ byte: UInt8, to buffer: inout ByteBuffer) {
    switch byte {
    case UInt8(ascii: "\""): buffer.append("\\\"")
    case UInt8(ascii: "\\"): buffer.append("\\\\")
    case 0x08: buffer.append("\\b")
    case 0x09: buffer.append("\\t")
    case 0x0A: buffer.append("\\n")
    case 0x0C: buffer.append("\\f")
    case 0x0D: buffer.append("\\r")
    default:
      buffer.append(byte < 0x10 ? "\\u000" : "\\u001")
      buffer.append(hexadecimal: Int(byte & 0xF))
    }
  }
}
