import Bytes
import Conversation
import Exchange
import JSON
import TestSupport
import Testing

@testable import Dialects
@testable import Hub
@testable import OpenAI

@Suite struct OpenAIChatReplyTests {
  private let asked = Conversation(model: "m")

  @Test func aReplyIsReadAsItWasWritten() throws {
    for origin in [Signature.Origin.claude, .gemini, .openAI] {
      var generator = ConversationGenerator(seed: 21, signatures: origin)
      for _ in 0..<60 {
        var answer = generator.answer()
        answer.usage = answer.usage?.spelledOut
        answer.createdAt = 17
        let body = OpenAIChat.body(of: answer, to: asked)
        #expect(try OpenAIChat.answer(from: body) == answer, "\(text(body))")
      }
    }
  }

  @Test func aReplyIsWrittenAsTheSDKReadsIt() {
    var answer = Answer(
      id: "x", model: "m",
      choices: [
        AnswerChoice(
          [
            Part(.thinking(Thinking("hm", signature: Signature("c2ln", of: .claude)))),
            Part(.toolUse(ToolUse(id: "a", name: "f", arguments: ""))),
          ], .toolUse)
      ], usage: Usage(input: TokenCount(3), output: TokenCount(4), cachedInput: TokenCount(1)))
    answer.createdAt = 7
    #expect(
      text(OpenAIChat.body(of: answer, to: asked))
        == #"{"id":"x","object":"chat.completion","created":7,"model":"m","choices":[{"index":0,"message":"#
        + #"{"role":"assistant","content":null,"refusal":null,"reasoning_content":"hm","thinking_blocks":[{"type":"thinking","#
        + #""thinking":"hm","signature":"c2ln"}],"tool_calls":[{"id":"a","type":"function","function":{"name":"f","#
        + #""arguments":"{}"}}]},"logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":3,"#
        + #""completion_tokens":4,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":1},"#
        + #""completion_tokens_details":{"reasoning_tokens":0}}}"#)
  }

  @Test func citationsAreCountedInTheWholeContent() throws {
    var citation = Citation()
    citation.url = "https://a.example"
    let choice = AnswerChoice([.text("ä. "), Part(.text("b c"), citations: [citation])], .stop)
    let body = OpenAIChat.body(of: Answer(id: "x", model: "m", choices: [choice]), to: asked)
    let read = try OpenAIChat.answer(from: body).choices[0].parts
    citation.start = 3
    citation.end = 6
    #expect(read == [Part(.text("ä. b c"), citations: [citation])])
  }

  @Test(arguments: [
    (#""finish_reason":"stop","message":{"content":"a"}"#, FinishReason.stop),
    (#""finish_reason":"model_length","message":{"content":"a"}"#, .length),
    (#""finish_reason":"eos","message":{"content":"a"}"#, .stop),
    (#""finish_reason":null,"message":{"content":"a"}"#, .stop),
    (#""finish_reason":"content_filter","message":{"content":null}"#, .contentFilter),
    (#""finish_reason":"stop","message":{"content":null,"refusal":"no"}"#, .refusal),
    (
      #""finish_reason":"stop","message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]}"#,
      .toolUse
    ),
    (
      #""finish_reason":"length","message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]}"#,
      .length
    ),
    (#""finish_reason":"function_call","message":{"function_call":{"name":"f","arguments":"{}"}}"#, .toolUse),
  ])
  func unknownEndingsAreStopAndCallsEndInTheirCall(choice: String, finish: FinishReason) throws {
    let answer = try OpenAIChat.answer(from: ByteSlice(#"{"id":"x","model":"m","choices":[{\#(choice)}]}"#))
    #expect(answer.choices[0].finish == finish)
    #expect(answer.usage == nil)
  }

  @Test func copiesOfOpenAIAreRead() throws {
    let mistral = try OpenAIChat.answer(
      from: ByteSlice(
        #"""
        {"id":"x","model":"m","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":[
        {"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"a"},{"type":"reference","reference_ids":[1]}],
        "tool_calls":[{"function":{"name":"f","arguments":{"x":1}}}]},"finish_reason":"tool_calls"}]}
        """#))
    #expect(
      mistral.choices[0].parts == [
        Part(.thinking(Thinking("hm"))), .text("a"),
        Part(.toolUse(ToolUse(id: "call_x_0_2", name: "f", arguments: #"{"x":1}"#))),
      ])
    let deepSeek = try OpenAIChat.answer(
      from: ByteSlice(
        #"""
        {"id":"x","model":"m","choices":[{"message":{"content":"a","reasoning_content":"hm"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11,"prompt_cache_hit_tokens":4}}
        """#))
    #expect(deepSeek.choices[0].parts == [Part(.thinking(Thinking("hm"))), .text("a")])
    #expect(deepSeek.usage?.cachedInput == TokenCount(4))
    #expect(deepSeek.usage?.reasoning == nil)
  }

  @Test(arguments: [
    ("[]", "the body must be an object"), ("{}", "choices must hold at least one choice"),
    (#"{"choices":[]}"#, "choices must hold at least one choice"),
    (#"{"choices":[{}]}"#, "choices[0].message is missing"),
    (#"{"choices":[{"message":{"content":7}}]}"#, "choices[0].message.content must be a string or an array of parts"),
  ])
  func whatIsNoReplyIsRefused(body: String, said: String) {
    do throws(ShapeFault) {
      _ = try OpenAIChat.answer(from: ByteSlice(body))
      Issue.record("accepted")
    } catch { #expect(error.message == said) }
  }

  @Test(arguments: [
    (
      400, #"{"error":{"message":"no","type":"invalid_request_error","param":"n","code":"bad"}}"#,
      "invalid_request_error bad n no"
    ),
    (
      429, #"{"error":{"message":"slow","type":null,"param":null,"code":429}}"#,
      "rate_limit_error rate_limit_exceeded - slow"
    ),
    (422, #"{"object":"error","message":"bad","type":"invalid","code":"3"}"#, "invalid invalid_value - bad"),
    (404, #"{"detail":"Not Found"}"#, "invalid_request_error model_not_found - Not Found"),
    (500, #"{"error":"boom"}"#, "server_error server_error - boom"),
    (503, "<html>", "server_error overloaded - The provider answered with status 503 and no message."),
    (
      401, #"{"error":{}}"#,
      "authentication_error invalid_api_key - The provider answered with status 401 and no message."
    ),
  ])
  func errorsOfEveryShapeAreUnderstood(status: Int, body: String, said: String) {
    let fault = OpenAIChat.fault(status: status, body: ByteSlice(body))
    #expect("\(fault.type) \(fault.code) \(fault.param ?? "-") \(fault.message)" == said)
    #expect(fault.status == status)
    #expect(fault.party == .provider)
  }
}
