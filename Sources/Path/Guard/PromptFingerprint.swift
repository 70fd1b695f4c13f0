// PromptFingerprint: a short name for what a payer asks, by which it is known again.

import Bytes
import JSON

/// Sixty-four bits of the standard library's keyed hash. Its key is new in every process, so nobody can make two prompts
/// that are taken for one; the prompt itself is not kept.
public struct PromptFingerprint: Hashable, Sendable {
  let bits: UInt64

  init(_ bits: UInt64) { self.bits = bits }

  /// The members that are the prompt, in the words of each dialect. What else stands in a body may change from one try
  /// to the next: identifiers, seeds, metadata. A response that continues another one is another prompt.
  private enum Member: String, FieldName {
    case messages
    case system
    case prompt
    case input
    case instructions
    case previousResponse = "previous_response_id"
    case conversation
    case contents
    case systemInstruction
    case systemInstructionAsWritten = "system_instruction"
  }

  private static let scanner = FieldScanner<Member>()

  /// - Parameter payer: who asks; the same prompt of another one has another fingerprint.
  /// - Parameter body: a request's; where no member of it is known to be the prompt, all of it is.
  public init(of body: Span<UInt8>, by payer: String) {
    var hasher = Hasher()
    hasher.combine(payer)
    var isFound = false
    if let members = try? Self.scanner.scan(body) {
      for name in Member.allCases {
        guard let member = members[name] else { continue }
        isFound = true
        hasher.combine(name)
        body.extracting(member.value.range).feed(&hasher)
      }
    }
    if !isFound { body.feed(&hasher) }
    bits = UInt64(bitPattern: Int64(hasher.finalize()))
  }
}
