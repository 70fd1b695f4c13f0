// CohereSignature: signatures of other providers' thinking, in a member that Cohere's SDKs carry without knowing it.

import Conversation
import Hub

enum CohereSignature {
  private static let redacted = "redacted:"

  /// `ORIGIN:TEXT`, or `ORIGIN:redacted:TEXT` for hidden thinking; nil for thinking that nobody signed.
  static func field(of thinking: Thinking) -> String? {
    thinking.signature.map { $0.origin.rawValue + ":" + (thinking.isRedacted ? redacted : "") + $0.text }
  }

  /// A signature without an origin is nobody's.
  static func thinking(_ text: String, field: String?) -> Thinking {
    guard let field else { return Thinking(text) }
    for origin in Signature.Origin.allCases where field.hasPrefix(origin.rawValue + ":") {
      let rest = field.dropFirst(origin.rawValue.count + 1)
      let isRedacted = rest.hasPrefix(redacted)
      let signature = Signature(String(isRedacted ? rest.dropFirst(redacted.count) : rest), of: origin)
      return Thinking(text, signature: signature, isRedacted: isRedacted)
    }
    return Thinking(text)
  }
}
