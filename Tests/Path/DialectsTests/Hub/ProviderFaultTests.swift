import Bytes
import Exchange
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Cohere
@testable import Dialects
@testable import Gemini
@testable import Hub
@testable import OpenAI
@testable import Responses

/// One verdict per failure: an error in the place of an answer is what the same error is as a status.
@Suite struct ProviderFaultTests {
  /// Errors under a status: the trigger that their dialect reads.
  static let statuses: [(dialect: Dialect, status: Int, body: String, trigger: FailoverTrigger?)] = [
    (.anthropic, 402, #"{"type":"error","error":{"type":"billing_error","message":"m"}}"#, .error),
    (.anthropic, 400, #"{"type":"error","error":{"type":"billing_error","message":"m"}}"#, .error),
    (.anthropic, 400, #"{"type":"error","error":{"type":"invalid_request_error","message":"m"}}"#, nil),
    (.anthropic, 529, #"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#, .rateLimit),
    // 429 and 5xx decide, whatever else is said.
    (.anthropic, 500, #"{"type":"error","error":{"type":"invalid_request_error","message":"m"}}"#, .error),
    (.openAI, 402, #"{"error":{"message":"m","code":402}}"#, .error), (.openAI, 408, "", .timeout),
    (.openAI, 429, #"{"error":{"message":"m","code":"insufficient_quota"}}"#, .rateLimit), (.openAI, 504, "", .timeout),
    (.openAI, 404, "", nil), (.openAI, 401, "", nil), (.responses, 503, "", .error), (.bedrock, 424, "", .error),
    (.bedrock, 408, "", .timeout), (.gemini, 503, "", .error), (.cohere, 402, "", .error), (.cohere, 499, "", .error),
    (.cohere, 429, "", .rateLimit),
  ]

  @Test(arguments: statuses.indices) func theTriggerOfAStatus(row: Int) throws {
    let (dialect, status, body, trigger) = Self.statuses[row]
    let fault = try #require(dialect.spoke).fault(status: status, body: ByteSlice(body))
    #expect(fault.trigger == trigger, "\(dialect) \(status)")
    #expect(fault.status == status)
  }

  /// Errors in the place of an answer: the status they have elsewhere, and their trigger.
  static let words: [(dialect: Dialect, body: String, status: Int, trigger: FailoverTrigger?)] = [
    (.anthropic, #"{"type":"error","error":{"type":"rate_limit_error","message":"m"}}"#, 429, .rateLimit),
    (.anthropic, #"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#, 529, .rateLimit),
    (.anthropic, #"{"type":"error","error":{"type":"billing_error","message":"m"}}"#, 402, .error),
    (.anthropic, #"{"type":"error","error":{"type":"timeout_error","message":"m"}}"#, 504, .timeout),
    (.anthropic, #"{"type":"error","error":{"type":"api_error","message":"m"}}"#, 500, .error),
    (.anthropic, #"{"type":"error","error":{"type":"request_too_large","message":"m"}}"#, 413, nil),
    (.openAI, #"{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}"#, 429, .rateLimit),
    (.openAI, #"{"error":{"message":"m","code":529}}"#, 529, .rateLimit),
    (.openAI, #"{"error":{"message":"m","code":"429"}}"#, 429, .rateLimit),
    (.openAI, #"{"error":{"message":"m","type":"overloaded_error"}}"#, 529, .rateLimit),
    (.openAI, #"{"error":{"message":"m","type":"invalid_request_error"}}"#, 400, nil),
    (.openAI, #"{"error":{"message":"m","type":"server_error"}}"#, 502, .error),
    (.openAI, #"{"choices":[{"error":{"message":"m","code":502}}]}"#, 502, .error),
    (
      .responses, #"{"type":"response.failed","response":{"error":{"code":"rate_limit_exceeded","message":"m"}}}"#, 429,
      .rateLimit
    ),
    (.responses, #"{"type":"error","code":"insufficient_quota","message":"m"}"#, 429, .rateLimit),
    (
      .responses, #"{"type":"response.failed","response":{"error":{"code":"server_error","message":"m"}}}"#, 502, .error
    ),
    (.gemini, #"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}"#, 429, .rateLimit),
    (.gemini, #"{"error":{"message":"m","status":"RESOURCE_EXHAUSTED"}}"#, 429, .rateLimit),
    (.gemini, #"[{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}]"#, 503, .error),
    (.gemini, #"{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}"#, 400, nil),
    (.bedrock, #"{"__type":"com.amazon.coral.service#ThrottlingException","message":"m"}"#, 429, .rateLimit),
    (.bedrock, #"{"message":"m"}"#, 500, .error), (.cohere, #"{"message":"m"}"#, 502, .error),
    (.cohere, #"{"type":"message-end","delta":{"finish_reason":"TIMEOUT","error":"m"}}"#, 504, .timeout),
    (.cohere, #"{"message":"too many requests: m"}"#, 429, .rateLimit),
  ]

  @Test(arguments: words.indices) func anErrorInThePlaceOfAnAnswerIsTheSameVerdict(row: Int) throws {
    let (dialect, body, status, trigger) = Self.words[row]
    let fault = try #require(dialect.spoke).fault(status: nil, body: ByteSlice(body))
    #expect(fault.status == status, "\(body)")
    #expect(fault.trigger == trigger, "\(body)")
    #expect(fault.message.hasSuffix("m"), "the provider's words are kept: \(fault.message)")
  }

  @Test func exceptionsOfAStreamAreTheSameVerdict() {
    for (name, status, trigger) in [
      ("throttlingException", 429, FailoverTrigger.rateLimit), ("ThrottlingException", 429, .rateLimit),
      ("modelStreamErrorException", 424, .error), ("modelTimeoutException", 408, .timeout),
      ("serviceUnavailableException", 503, .error), ("validationException", 400, nil),
    ] as [(String, Int, FailoverTrigger?)] {
      let fault = BedrockConverse.fault(exception: name, payload: ByteSlice(#"{"message":"No."}"#))
      #expect(fault.status == status)
      #expect(fault.trigger == trigger)
      #expect(fault.message == "No.")
    }
  }
}
