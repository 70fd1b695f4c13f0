// SpelledText: what the inside of a JSON string spells, measured without being built, or built as far as needed.

import Bytes

/// Looks at the bytes between the quotes of a string that a scan found valid.
enum SpelledText {
  private static let backslash = UInt8(ascii: "\\")

  /// How many bytes of UTF-8 the string spells.
  static func count(of inner: Span<UInt8>) -> Int {
    var count = inner.count
    var at = 0
    while let escape = inner.firstIndex(of: backslash, from: at) {
      let (scalar, length) = scalar(of: inner, at: escape)
      count += UTF8.width(scalar) - length
      at = escape + length
    }
    return count
  }

  /// Appends what the string spells, at most `bytesMax` bytes and whole characters only.
  static func append(_ inner: Span<UInt8>, atMost bytesMax: Int, to buffer: inout ByteBuffer) {
    // No escape is shorter than what it spells.
    var left = min(bytesMax, inner.count)
    var at = 0
    while at < inner.count, left > 0 {
      let escape = inner.firstIndex(of: backslash, from: at) ?? inner.count
      let end = inner.characterBoundary(notAfter: min(escape, at + left))
      buffer.append(inner.extracting(at..<end))
      left -= end - at
      guard end == escape, escape < inner.count else { return }
      let (scalar, length) = scalar(of: inner, at: escape)
      let bytes = UTF8.encode(scalar)!
      if bytes.count > left { return }
      for byte in bytes { buffer.append(byte: byte) }
      left -= bytes.count
      at = escape + length
    }
  }

  /// The character of the escape at `index`, and how many bytes the escape has.
  private static func scalar(of inner: Span<UInt8>, at index: Int) -> (Unicode.Scalar, length: Int) {
    switch inner[index + 1] {
    case UInt8(ascii: "b"): return ("\u{8}", 2)
    case UInt8(ascii: "t"): return ("\t", 2)
    case UInt8(ascii: "n"): return ("\n", 2)
    case UInt8(ascii: "f"): return ("\u{C}", 2)
    case UInt8(ascii: "r"): return ("\r", 2)
    case UInt8(ascii: "u"):
      let unit = codeUnit(of: inner, at: index + 2)
      if unit & 0xFC00 == 0xD800 {
        let low = codeUnit(of: inner, at: index + 8)
        return (Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF) ?? "\u{FFFD}", 12)
      }
      return (Unicode.Scalar(unit) ?? "\u{FFFD}", 6)
    case let other: return (Unicode.Scalar(other), 2)
    }
  }

  /// What four hexadecimal digits spell.
  private static func codeUnit(of inner: Span<UInt8>, at start: Int) -> UInt32 {
    var unit: UInt32 = 0
    for index in start..<start + 4 {
      let byte = inner[index]
      unit = unit << 4 | UInt32(byte < 58 ? byte - 48 : (byte | 32) - 87)
    }
    return unit
  }
}

extension Span where Element == UInt8 {
  /// The last place at or before `index` where a character of UTF-8 begins, or the end.
  func characterBoundary(notAfter index: Int) -> Int {
    if index >= count { return count }
    var at = index
    while at > 0, self[at] & 0xC0 == 0x80 { at -= 1 }
    return at
  }
}
