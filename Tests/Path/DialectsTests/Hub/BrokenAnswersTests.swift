// BrokenAnswersTests: an answer that its provider broke off is an error in every agent's dialect, with the provider's words.

import Bytes
import Conversation
import Exchange
import HTTP
import JSON
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Cohere
@testable import Dialects
@testable import Gemini
@testable import Hub
@testable import OpenAI
@testable import Responses

@Suite struct BrokenAnswersTests {
  /// A provider's answer that is none, whole and as a stream, and what of it the agent must read.
  struct Row: Sendable, CustomTestStringConvertible {
    let provider: Dialect
    let whole: String
    let stream: ByteSlice
    let words: String
    var testDescription: String { "\(provider) \(words)" }

    /// A provider that ran out of time says so.
    var trigger: FailoverTrigger { words.hasSuffix("TIMEOUT.") ? .timeout : .error }
  }

  static let agents: [Dialect] = [.openAI, .responses, .anthropic, .gemini, .bedrock, .cohere]

  static let rows: [Row] =
    [
      "MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "OTHER",
      "NO_IMAGE", "IMAGE_OTHER", "MISSING_THOUGHT_SIGNATURE", "A_REASON_OF_TOMORROW",
    ].map { reason in
      let body = #"""
        {"candidates":[{"content":{"parts":[{"text":"so"}]},"finishReason":"\#(reason)","finishMessage":"Why: x","index":0}],
        "usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":7},"responseId":"r"}
        """#
      return Row(
        provider: .gemini, whole: body, stream: sse([body.filter { $0 != "\n" }]),
        words: "The provider broke off its answer: \(reason): Why: x")
    }
    + ["malformed_model_output", "malformed_tool_use"].map { reason in
      var stream = ByteBuffer()
      for (type, payload): (StaticString, String) in [
        ("messageStart", #"{"role":"assistant"}"#),
        ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"so"}}"#),
        ("contentBlockStop", #"{"contentBlockIndex":0}"#), ("messageStop", #"{"stopReason":"\#(reason)"}"#),
        ("metadata", #"{"usage":{"inputTokens":5,"outputTokens":7,"totalTokens":12}}"#),
      ] { AmazonEvent.append(event: type, payload: ByteSlice(payload), to: &stream) }
      return Row(
        provider: .bedrock,
        whole: #"""
          {"output":{"message":{"role":"assistant","content":[{"text":"so"}]}},"stopReason":"\#(reason)",
          "usage":{"inputTokens":5,"outputTokens":7,"totalTokens":12}}
          """#,
        stream: stream.take(), words: "The provider broke off its answer: \(reason).")
    }
    + [
      "error", "abort", "network_error", "insufficient_system_resource", "repetition_truncation",
      "function_call_filter: MALFORMED_FUNCTION_CALL", "cancelled",
    ].map { reason in
      let usage = #""usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}"#
      return Row(
        provider: .openAI,
        whole: #"{"id":"c","choices":[{"message":{"content":"so"},"finish_reason":"\#(reason)"}],\#(usage)}"#,
        stream: sse([
          #"{"id":"c","choices":[{"index":0,"delta":{"content":"so"}}]}"#,
          #"{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}]}"#,
          #"{"id":"c","choices":[],\#(usage)}"#, "[DONE]",
        ]), words: "The provider broke off its answer: \(reason).")
    }
    + [
      ("failed", #"{"code":"server_error","message":"boom"}"#, "boom"),
      ("cancelled", "null", "The provider broke off its answer: cancelled."),
    ].map { status, error, words in
      let response = #"""
        {"id":"r","status":"\#(status)","error":\#(error),"output":[{"type":"message","content":[{"type":"output_text",
        "text":"so"}]}],"usage":{"input_tokens":5,"output_tokens":7,"total_tokens":12}}
        """#.filter { $0 != "\n" }
      return Row(
        provider: .responses, whole: response,
        stream: sse([
          #"{"type":"response.created","response":{"id":"r"}}"#,
          #"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"so"}"#,
          #"{"type":"response.\#(status)","response":\#(response)}"#,
        ]), words: words)
    }
    + [
      Row(
        provider: .cohere,
        whole:
          #"{"id":"c","finish_reason":"TIMEOUT","message":{"content":[{"type":"text","text":"so"}]},"usage":{"tokens":{"input_tokens":5,"output_tokens":7}}}"#,
        stream: sse([
          #"{"type":"message-start","id":"c"}"#,
          #"{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":"so"}}}}"#,
          #"{"type":"message-end","delta":{"finish_reason":"TIMEOUT","usage":{"tokens":{"input_tokens":5,"output_tokens":7}}}}"#,
        ]), words: "The provider broke off its answer: TIMEOUT.")
    ]

  private static func sse(_ events: [String]) -> ByteSlice {
    ByteSlice(events.map { "data: \($0)\n\n" }.joined())
  }

  @Test(arguments: rows) func aWholeOneIsAFaultInTheProvidersWords(row: Row) throws {
    let answer = try #require(row.provider.spoke).answer(from: ByteSlice(row.whole))
    let failure = try #require(answer.failure)
    #expect(failure.message == row.words && failure.status >= 500 && failure.trigger == row.trigger)
    // It was billed all the same.
    #expect(answer.usage?.output == TokenCount(7))
    for agent in Self.agents {
      let told = try JSONValue.parse(agent.body(of: failure).span)
      #expect(ProviderFault.words(in: told) == row.words, "\(agent)")
    }
  }

  @Test(arguments: rows) func aStreamedOneEndsWithAnErrorAndNothingElse(row: Row) throws {
    let events = try eventsRead(by: try #require(row.provider.spoke).reader(), from: row.stream, size: 7)
    guard case .failed(let fault) = events.last else { return #expect(Bool(false), "\(events)") }
    #expect(fault.message == row.words && fault.trigger == row.trigger)
    #expect(!events.contains(.ended))
    #expect(!events.contains { if case .choiceFinished = $0 { true } else { false } })
    #expect(StreamedAnswer(events).answer.usage?.output == TokenCount(7))
    for agent in Self.agents {
      let told = written(events, by: try #require(agent.spoke).writer(for: Conversation(model: "m")))
      let again = StreamedAnswer(try eventsRead(by: try #require(agent.spoke).reader(), from: told))
      #expect(again.fault?.message == row.words, "\(agent)")
      #expect(!again.hasEnded && again.answer.choices.first?.parts == [.text("so")], "\(agent)")
    }
  }

  @Test(arguments: [
    ("sensitive", FinishReason.contentFilter), ("model_context_window_exceeded", .length),
    ("content_filter", .contentFilter),
    ("SAFETY", .contentFilter), ("MAX_TOKENS", .length), ("eos", .stop), ("stop", .stop), ("tool_calls", .stop),
  ])
  func otherWordsOfCompatibleServersAreNoFailures(word: String, reason: FinishReason) throws {
    let answer = try OpenAIChat.answer(
      from: ByteSlice(#"{"choices":[{"message":{"content":"so"},"finish_reason":"\#(word)"}]}"#))
    #expect(answer.failure == nil && answer.choices[0].finish == reason)
  }

  @Test func whatStandsBesideTheReasonIsTold() throws {
    let answer = try OpenAIChat.answer(
      from: ByteSlice(
        #"{"choices":[{"message":{"content":""},"finish_reason":"error","error":{"code":502,"message":"upstream died"}}]}"#
      ))
    #expect(answer.failure?.message == "The provider broke off its answer: error: upstream died")
  }

  @Test func anIncompleteResponseOfNoKnownReasonIsCutShort() throws {
    let answer = try OpenAIResponses.answer(from: ByteSlice(#"{"status":"incomplete","output":[]}"#))
    #expect(answer.choices[0].finish == .length)
  }

  @Test(arguments: [
    (
      #"{"object":"error","message":{"detail":[{"loc":["body","store"],"msg":"Extra inputs"}]}}"#,
      "body.store: Extra inputs"
    ),
    (#"{"detail":[{"loc":["body",0],"msg":"a"},{"msg":"b"}]}"#, "body.0: a; b"),
    (#"{"detail":"Not found"}"#, "Not found"),
    (#"[{"error":{"message":"in a list"}}]"#, "in a list"), (#"{"error":[{"message":"listed"}]}"#, "listed"),
    (#"{"error":"bare"}"#, "bare"), (#"{"error":{"message":"plain","type":"t"}}"#, "plain"),
    (#"{"message":"top"}"#, "top"), (#"{"errors":["a","b"]}"#, "a; b"),
  ])
  func anErrorKeepsItsWordsInWhateverShape(body: String, words: String) throws {
    for provider in Self.agents {
      let fault = try #require(provider.spoke).fault(status: 422, body: ByteSlice(body))
      #expect(fault.message == words, "\(provider)")
    }
  }
}
