import Testing

@testable import Guard

@Suite struct PromptFingerprintTests {
  private func fingerprint(_ body: String, by payer: String = "user=alice") -> PromptFingerprint {
    PromptFingerprint(of: body.utf8.span, by: payer)
  }

  @Test(arguments: [
    (#"{"model":"a","messages":[1]}"#, #"{"seed":7,"messages":[1],"model":"b","stream":true}"#),
    (#"{"input":"hi","metadata":{"try":1}}"#, #"{"input":"hi","metadata":{"try":2}}"#),
    (#"{"system":"s","messages":[1]}"#, #"{"messages":[1],"system":"s","max_tokens":5}"#),
    (#"{"contents":[1],"systemInstruction":{}}"#, #"{"systemInstruction":{},"contents":[1]}"#),
    (#"{"other":1}"#, #"{"other":1}"#),
  ])
  func `the same prompt is known again, whatever stands around it`(one: String, other: String) {
    #expect(fingerprint(one) == fingerprint(other))
  }

  @Test(arguments: [
    (#"{"messages":[1]}"#, #"{"messages":[2]}"#),
    (#"{"system":"s","messages":[1]}"#, #"{"messages":[1]}"#),
    (#"{"input":"hi"}"#, #"{"prompt":"hi"}"#),
    (#"{"input":"go on","previous_response_id":"r1"}"#, #"{"input":"go on","previous_response_id":"r2"}"#),
    (#"{"system":"a","prompt":"b"}"#, #"{"system":"ab","prompt":""}"#),
    (#"{"other":1}"#, #"{"other":2}"#), ("no JSON", "none"),
  ])
  func `another prompt is another one`(one: String, other: String) {
    #expect(fingerprint(one) != fingerprint(other))
  }

  @Test func `the same prompt of another payer is another one`() {
    #expect(fingerprint(#"{"input":"hi"}"#) != fingerprint(#"{"input":"hi"}"#, by: "user=bob"))
  }
}
