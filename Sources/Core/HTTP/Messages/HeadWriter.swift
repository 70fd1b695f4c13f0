// HeadWriter: heads and chunks appended to a buffer on its way out.

import Bytes

extension ByteBuffer {
  /// `HTTP/1.1 status reason`; the reason is empty for a status nobody registered.
  public mutating func appendStatusLine(_ status: Int) {
    precondition((100...999).contains(status), "a status has three digits: \(status)")
    append("HTTP/1.1 ")
    append(decimal: status)
    append(byte: 32)
    append(reasonPhrase(for: status))
    append("\r\n")
  }

  /// `name: value`. A line break or NUL in the value becomes a space (RFC 9110 5.5), so no value can end the field.
  @inlinable public mutating func appendField(_ name: StaticString, _ value: Span<UInt8>) {
    append(name)
    append(": ")
    appendWithoutBreaks(value)
    append("\r\n")
  }

  @inlinable public mutating func appendField(_ name: StaticString, _ value: String) {
    appendField(name, value.utf8.span)
  }

  @inlinable public mutating func appendField(_ name: StaticString, decimal value: Int) {
    append(name)
    append(": ")
    append(decimal: value)
    append("\r\n")
  }

  /// A field whose name the policy chose; that it is a name (`isFieldName`) was checked when the policy was read.
  public mutating func appendField(name: Span<UInt8>, _ value: Span<UInt8>) {
    precondition(name.isFieldName, "not a field name: \(String(name))")
    append(name)
    append(": ")
    appendWithoutBreaks(value)
    append("\r\n")
  }

  /// Field `index` of a decoded head, line break and all, as it came.
  @inlinable public mutating func appendField(at index: Int, of head: borrowing Head) {
    append(head.line(at: index))
  }

  /// The blank line that ends a head.
  @inlinable public mutating func appendHeadEnd() { append("\r\n") }

  /// One chunk (RFC 9112 7.1); nothing for no bytes, since an empty chunk would end the body.
  @inlinable public mutating func appendChunk(_ bytes: Span<UInt8>) {
    if bytes.isEmpty { return }
    reserve(bytes.count + 20)
    append(hexadecimal: bytes.count)
    append("\r\n")
    append(bytes)
    append("\r\n")
  }

  /// The end of a chunked body.
  @inlinable public mutating func appendLastChunk() { append("0\r\n\r\n") }

  /// `bytes` with every CR, LF and NUL replaced by a space.
  @usableFromInline mutating func appendWithoutBreaks(_ bytes: Span<UInt8>) {
    guard bytes.firstIndex(of: 13) != nil || bytes.firstIndex(of: 10) != nil || bytes.firstIndex(of: 0) != nil else {
      return append(bytes)
    }
    for index in 0..<bytes.count {
      let byte = bytes[index]
      append(byte: byte == 13 || byte == 10 || byte == 0 ? 32 : byte)
    }
  }
}

extension Span where Element == UInt8 {
  /// Whether the bytes are a token (RFC 9110 5.6.2), as names of fields and methods have to be.
  public var isFieldName: Bool {
    if isEmpty { return false }
    for index in 0..<count {
      switch self[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"),
        UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"),
        UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
        continue
      default: return false
      }
    }
    return true
  }
}
