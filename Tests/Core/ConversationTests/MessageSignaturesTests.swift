import Conversation
import Testing

@Suite struct MessageSignaturesTests {
  private let signed = Part(
    .toolUse(ToolUse(id: "1", name: "look", arguments: "{}", signature: Signature("abc=", of: .gemini))))

  @Test func aSignedCallComesBackFromItsCarrier() {
    let parts: [Part] = [.text("I look."), signed, signed]
    #expect(parts.carryingSignatures.count == 5)
    #expect(parts.carryingSignatures.takingSignatures == parts)
  }

  @Test func aCarrierWithoutACallStaysWhereItIs() {
    let parts: [Part] = [.carrier(of: Signature("abc=", of: .gemini)), .text("Nothing to call.")]
    #expect(parts.takingSignatures == parts)
  }

  @Test func thinkingOfOthersIsNoCarrier() {
    let parts: [Part] = [Part(.thinking(Thinking("", signature: Signature("abc=", of: .claude)))), signed]
    #expect(parts.takingSignatures == parts)
  }

  @Test func aSignatureIsReadBackFromAnyField() {
    for origin in Signature.Origin.allCases {
      for native in Signature.Origin.allCases {
        let signature = Signature("abc=", of: origin)
        #expect(Signature(shown: signature.shown(native: native), native: native) == signature)
      }
    }
  }
}
