// Base64: bytes as text (RFC 4648), in both of its alphabets.

public enum Base64 {
  /// `text`'s UTF-8 in the usual alphabet, padded.
  public static func encoded(_ text: String) -> String { encoded(Array(text.utf8)) }

  public static func encoded(_ bytes: [UInt8]) -> String {
    let count = bytes.count
    var encoded: [UInt8] = []
    encoded.reserveCapacity((count + 2) / 3 * 4)
    for start in stride(from: 0, to: count, by: 3) {
      var bits = UInt32(bytes[start]) << 16
      if start + 1 < count { bits |= UInt32(bytes[start + 1]) << 8 }
      if start + 2 < count { bits |= UInt32(bytes[start + 2]) }
      encoded.append(digits[Int(bits >> 18)])
      encoded.append(digits[Int(bits >> 12 & 63)])
      encoded.append(start + 1 < count ? digits[Int(bits >> 6 & 63)] : UInt8(ascii: "="))
      encoded.append(start + 2 < count ? digits[Int(bits & 63)] : UInt8(ascii: "="))
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// The bytes that `text` spells in either alphabet, padded or not; nil where it spells none.
  public static func decoded(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 4 * 3)
    var bits: UInt32 = 0
    var count = 0
    var padding = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let digit = value(of: byte) else { return nil }
      bits = bits << 6 | UInt32(digit)
      count += 1
      if count % 4 == 0 {
        bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        bytes.append(UInt8(truncatingIfNeeded: bits))
      }
    }
    switch count % 4 {
    case 0: break
    case 2: bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
    case 3:
      bytes.append(UInt8(truncatingIfNeeded: bits >> 10))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
    default: return nil
    }
    return padding == 0 || (count + padding) % 4 == 0 && padding <= 2 ? bytes : nil
  }

  /// The same bytes in the usual alphabet, padded: Google's SDKs write the one for addresses, others read only the usual.
  public static func usual(_ text: String) -> String {
    var usual = text
    if text.utf8.contains(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }) {
      usual = String(
        decoding: text.utf8.map { byte in
          switch byte {
          case UInt8(ascii: "-"): UInt8(ascii: "+")
          case UInt8(ascii: "_"): UInt8(ascii: "/")
          default: byte
          }
        }, as: UTF8.self)
    }
    let missing = (4 - usual.utf8.count % 4) % 4
    return missing == 0 ? usual : usual + String(repeating: "=", count: missing)
  }

  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit + 4
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
