import Bytes
import Dialects
import Exchange
import Testing

@testable import Gateway

/// What a whole reply of a good status is.
@Suite struct WholeReplyTests {
  private func verdict(_ body: String, _ dialect: Dialect = .openAI, knowsShape: Bool = true) -> String {
    switch WholeReply(ByteSlice(body), to: knowsShape ? .conversation : .other, in: dialect.adapter) {
    case .answer: "answer"
    case .failed(let fault, _): "failed \(fault.status) \(fault.trigger?.rawValue ?? "-")"
    case .empty: "empty"
    case .nonsense(let reason): reason
    }
  }

  @Test func anAnswerHasTheShapeOfItsDialect() {
    #expect(verdict(#"{"choices":[{}]}"#) == "answer")
    #expect(verdict("{}") == "empty")
    #expect(verdict("{}", knowsShape: false) == "answer", "nobody knows what it should be")
  }

  @Test func anErrorInThePlaceOfAnAnswerIsTheVerdictOfItsWords() {
    #expect(verdict(#"{"error":{"code":429}}"#) == "failed 429 rateLimit")
    #expect(verdict(#"{"type":"error","error":{"type":"billing_error"}}"#, .anthropic) == "failed 402 error")
    #expect(verdict(#"[{"error":{"code":503}}]"#, .gemini) == "failed 503 error")
    #expect(verdict(#"{"error":{"message":"m","type":"invalid_request_error"}}"#) == "failed 400 -")
    #expect(verdict(#"{"error":{"code":429}}"#, knowsShape: false) == "answer", "jobs have such a member")
  }

  @Test func jsonThatIsNoObjectSaysNothingAndWhatIsNoJSONMayHaveCost() {
    for nothing in ["", "[]", "[1]"] { #expect(verdict(nothing) == "empty") }
    #expect(verdict("<html>").hasPrefix("its reply is not a JSON object: "))
    #expect(verdict(#"{"choices":[{"#).hasPrefix("its reply is not a JSON object: "))
    #expect(verdict(#"{"content":7}"#, .anthropic) == "its reply cannot be understood")
  }
}
