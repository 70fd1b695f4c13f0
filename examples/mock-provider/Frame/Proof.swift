// Proof: what the provider signs its thoughts with, and knows again when they come back.

import Bytes

/// A signature is base64 of a mark, what it stands for and a checksum over the text it signs: enough to notice any change.
enum Proof {
  enum Issuer: String {
    /// On the Anthropic API and on Bedrock, which know each other's.
    case anthropic
    case gemini
    case openAI
  }

  private static let mark = "aigw-mock thought of this"

  static func signature(of text: String, by issuer: Issuer) -> String {
    spelled("\(mark) \(issuer.rawValue) signed \(checksum(text, issuer))")
  }

  static func verifies(_ signature: String, of text: String, by issuer: Issuer) -> Bool {
    signature == self.signature(of: text, by: issuer)
  }

  /// Thoughts that only the provider can read.
  static func sealed(_ text: String, by issuer: Issuer) -> String {
    spelled("\(mark) \(issuer.rawValue) sealed \(checksum(text, issuer)) \(checksum(checksum(text, issuer), issuer))")
  }

  /// Whether these are such thoughts, unchanged.
  static func isSealed(_ data: String, by issuer: Issuer) -> Bool {
    guard let bytes = Base64.read(data) else { return false }
    let words = String(bytes.span).split(separator: " ").map(String.init)
    guard words.count == 8, words.prefix(4).joined(separator: " ") == mark, words[4] == issuer.rawValue else {
      return false
    }
    return words[5] == "sealed" && checksum(words[6], issuer) == words[7]
  }

  private static func spelled(_ text: String) -> String {
    var buffer = ByteBuffer()
    Base64.write(Array(text.utf8), into: &buffer)
    return String(buffer.span)
  }

  /// FNV-1a, 64 bits, in hexadecimal.
  private static func checksum(_ text: String, _ issuer: Issuer) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(issuer.rawValue):\(text)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }
}
