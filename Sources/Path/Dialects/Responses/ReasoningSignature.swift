// ReasoningSignature: how a signature stands in the `encrypted_content` of an item `reasoning`.

import Conversation
import Hub
import OpenAI

/// OpenAI's own are opaque, and go back only together with the item's identifier: `rs_1:gAAA...` is one signature of the
/// conversation. Those of others are spelled `ORIGIN:TEXT`, hidden thinking `ORIGIN:redacted:TEXT`; base64 has no colon.
enum ReasoningSignature {
  private static let redacted = "redacted:"

  /// The thinking of an item, nil where it says nothing and is signed by nobody.
  static func thinking(_ text: String, id: String, encrypted: String?) -> Thinking? {
    guard let encrypted, !encrypted.isEmpty else { return text.isEmpty ? nil : Thinking(text) }
    var signature = Signature(shown: encrypted, native: .openAI)
    if signature.origin == .openAI {
      if !id.isEmpty { signature.text = id + ":" + signature.text }
      return Thinking(text, signature: signature)
    }
    guard signature.text.hasPrefix(redacted) else { return Thinking(text, signature: signature) }
    signature.text = String(signature.text.dropFirst(redacted.count))
    return Thinking(text, signature: signature, isRedacted: true)
  }

  /// The item's identifier, where the signature knows it, and its `encrypted_content`.
  static func fields(of signature: Signature, isRedacted: Bool) -> (id: String?, encrypted: String) {
    if signature.origin == .openAI {
      guard let colon = signature.text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return (nil, signature.text) }
      return (String(signature.text[..<colon]), String(signature.text[signature.text.utf8.index(after: colon)...]))
    }
    let text = (isRedacted ? redacted : "") + signature.text
    return (nil, Signature(text, of: signature.origin).shown(native: .openAI))
  }
}
