// Base64: bytes as text (RFC 4648 4).

import Bytes

enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func write(_ bytes: [UInt8], into buffer: inout ByteBuffer) {
    var at = 0
    while at < bytes.count {
      let left = bytes.count - at
      let group =
        UInt32(bytes[at]) << 16 | (left > 1 ? UInt32(bytes[at + 1]) << 8 : 0) | (left > 2 ? UInt32(bytes[at + 2]) : 0)
      for place in 0..<4 {
        let isPadding = place > left
        buffer.append(
          byte: isPadding ? UInt8(ascii: "=") : alphabet[Int(group >> (18 - 6 * UInt32(place)) & 0x3F)])
      }
      at += 3
    }
  }

  /// What `text` spells; nil where it is not base64 with all its padding.
  static func read(_ text: String) -> ByteSlice? {
    var buffer = ByteBuffer(minimumCapacity: text.utf8.count)
    var group: UInt32 = 0
    var count = 0
    var padding = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "=") {
        padding += 1
        group <<= 6
      } else {
        guard padding == 0, let value = value(of: byte) else { return nil }
        group = group << 6 | value
      }
      count += 1
      if count % 4 == 0 {
        if padding > 2 { return nil }
        for place in 0..<3 - padding { buffer.append(byte: UInt8(group >> (16 - 8 * UInt32(place)) & 0xFF)) }
        group = 0
      }
    }
    return count % 4 == 0 ? buffer.take() : nil
  }

  private static func value(of byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - 65)
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - 71)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
