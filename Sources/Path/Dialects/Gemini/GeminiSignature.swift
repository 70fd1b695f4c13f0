// GeminiSignature: how a signature stands in `thoughtSignature`, which is a field of bytes.

import Bytes
import Conversation
import Hub

/// Gemini's own signatures are base64 as they are. SDKs decode the field, so those of others, which the hub spells
/// `ORIGIN:TEXT`, are put into base64 once more; hidden thinking says so in between: `ORIGIN:redacted:TEXT`.
enum GeminiSignature {
  private static let redacted = "redacted:"

  static func field(of thinking: Thinking) -> String? {
    guard let signature = thinking.signature else { return nil }
    return field(of: signature, isRedacted: thinking.isRedacted)
  }

  static func field(of signature: Signature, isRedacted: Bool = false) -> String {
    if signature.origin == .gemini, !isRedacted { return signature.text }
    return Base64.encoded(signature.origin.rawValue + ":" + (isRedacted ? redacted : "") + signature.text)
  }

  static func read(_ field: String) -> (signature: Signature, isRedacted: Bool)? {
    if field.isEmpty || field == GeminiContent.unsigned { return nil }
    for origin in Signature.Origin.allCases {
      let mark = Array((origin.rawValue + ":").utf8)
      // Enough digits to see the mark by, in whole groups, before all of a long signature is decoded.
      let seen = field.prefix((mark.count + 2) / 3 * 4)
      guard let start = Base64.decoded(seen), start.starts(with: mark), let bytes = Base64.decoded(field) else {
        continue
      }
      let text = String(decoding: bytes.dropFirst(mark.count), as: UTF8.self)
      let isRedacted = text.hasPrefix(redacted)
      return (Signature(isRedacted ? String(text.dropFirst(redacted.count)) : text, of: origin), isRedacted)
    }
    return (Signature(field, of: .gemini), false)
  }
}
