import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Anthropic
@testable import Dialects
@testable import Hub

@Suite struct AnthropicAnswerTests {
  private let asked = Conversation(model: "m")

  @Test func anAnswerSurvivesTheWayThereAndBack() throws {
    var generator = ConversationGenerator(seed: 41, signatures: .claude)
    for _ in 0..<500 {
      let answer = generator.answer()
      let body = AnthropicMessages.body(of: answer, to: asked)
      var expected = answer
      // Nobody else tells the sum.
      expected.usage?.reportedTotal = nil
      #expect(try AnthropicMessages.answer(from: body) == expected, "\(String(body.span))")
    }
  }

  @Test func aReplyIsRead() throws {
    let answer = try AnthropicMessages.answer(
      from: ByteSlice(
        #"""
        {"id":"msg_1","type":"message","role":"assistant","model":"claude-x","stop_reason":"tool_use","stop_sequence":null,
        "content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"ZA=="},
        {"type":"text","text":"so","citations":[{"type":"char_location","cited_text":"x","document_index":1,
        "document_title":"t","start_char_index":3,"end_char_index":4}]},
        {"type":"server_tool_use","id":"s","name":"web_search","input":{}},
        {"type":"tool_use","id":"a","name":"f","input":{}},{"type":"tool_use","id":"b","name":"g","input":{"x":[1]}}],
        "usage":{"input_tokens":5,"cache_read_input_tokens":20,"cache_creation_input_tokens":30,"output_tokens":7,
        "cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},
        "output_tokens_details":{"thinking_tokens":3},"service_tier":"standard"}}
        """#))
    var citation = Citation()
    citation.text = "x"
    citation.title = "t"
    citation.document = 1
    var usage = Usage(
      input: TokenCount(55), output: TokenCount(7), cachedInput: TokenCount(20), cacheCreationInput: TokenCount(30),
      reasoning: TokenCount(3))
    usage.longCacheCreationInput = TokenCount(20)
    #expect(
      answer
        == Answer(
          id: "msg_1", model: "claude-x",
          choices: [
            AnswerChoice(
              [
                Part(.thinking(Thinking("hm", signature: Signature("c2ln", of: .claude)))),
                Part(.thinking(Thinking("", signature: Signature("ZA==", of: .claude), isRedacted: true))),
                Part(.text("so"), citations: [citation]),
                Part(.toolUse(ToolUse(id: "a", name: "f", arguments: "{}"))),
                Part(.toolUse(ToolUse(id: "b", name: "g", arguments: #"{"x":[1]}"#))),
              ], .toolUse)
          ], usage: usage))
    // Classes of tokens come out as they came in.
    let written = try JSONValue.parse(AnthropicMessages.body(of: answer, to: asked).span)
    #expect(
      written["usage"] == [
        "input_tokens": 5, "cache_creation_input_tokens": 30, "cache_read_input_tokens": 20,
        "cache_creation": ["ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20], "output_tokens": 7,
        "output_tokens_details": ["thinking_tokens": 3],
      ])
  }

  @Test func everyReasonHasItsWordAndUnknownOnesAreStop() throws {
    func finish(_ reason: String, _ content: String = "[]") throws -> FinishReason {
      let body = #"{"content":\#(content),"stop_reason":"\#(reason)"}"#
      return try #require(try AnthropicMessages.answer(from: ByteSlice(body)).choices.first).finish
    }
    let reasons: [(String, FinishReason)] = [
      ("end_turn", .stop), ("stop_sequence", .stop), ("max_tokens", .length), ("tool_use", .stop),
      ("refusal", .refusal), ("pause_turn", .pause), ("model_context_window_exceeded", .length), ("tired", .stop),
    ]
    for (word, reason) in reasons { #expect(try finish(word) == reason) }
    // An answer without calls waits for no results.
    #expect(try finish("tool_use", #"[{"type":"tool_use","id":"a","name":"f"}]"#) == .toolUse)
    #expect(try finish("end_turn", #"[{"type":"tool_use","id":"a","name":"f"}]"#) == .toolUse)
    for reason in FinishReason.allCases {
      let said = AnthropicMessages.reason(reason, stopSequence: nil)
      #expect(AnthropicMessages.finish(said) == (reason == .contentFilter ? .refusal : reason))
    }
    #expect(AnthropicMessages.reason(.stop, stopSequence: "END") == "stop_sequence")
  }

  @Test func signaturesOfOtherFamiliesAreCarriedAndComeBack() throws {
    let call = Part(
      .toolUse(ToolUse(id: "a", name: "f", arguments: "{}", signature: Signature("Zw==", of: .gemini))))
    let thought = Part(.thinking(Thinking("hm", signature: Signature("bw==", of: .openAI))))
    let body = AnthropicMessages.body(
      of: Answer(id: "i", model: "m", choices: [AnswerChoice([thought, call], .toolUse)]), to: asked)
    let content = try #require(try JSONValue.parse(body.span)["content"])
    #expect(
      content == [
        ["type": "thinking", "thinking": "hm", "signature": "openAI:bw=="],
        ["type": "thinking", "thinking": "", "signature": "gemini:Zw=="],
        ["type": "tool_use", "id": "a", "name": "f", "input": .object([])],
      ])
    let next: JSONValue = [
      "max_tokens": 9,
      "messages": [["role": "user", "content": "hi"], ["role": "assistant", "content": content]],
    ]
    let read = try AnthropicMessages.conversation(from: ByteSlice(next.text), model: ModelName("m"), streams: false)
    #expect(read.messages[1].parts == [thought, call])
  }

  @Test func aReplyThatIsNoneIsRefusedByName() {
    for (body, message) in [
      ("{}", "content is missing"), (#"{"content":7}"#, "content must be an array"),
      (#"{"content":[7]}"#, "content[0] must be an object"), (#"{"content":[{}]}"#, "content[0].type is missing"),
      (#"{"content":[{"type":"text"}]}"#, "content[0].text is missing"),
      (#"{"content":[{"type":"tool_use","id":"a","name":"f","input":"x"}]}"#, "content[0].input must be an object"),
      ("<html>", "the body is not JSON: line 1, column 1: '[' or '{' expected"),
    ] {
      #expect(throws: ShapeFault.self) { try AnthropicMessages.answer(from: ByteSlice(body)) }
      do throws(ShapeFault) { _ = try AnthropicMessages.answer(from: ByteSlice(body)) } catch {
        #expect(error.message == message)
      }
    }
  }

  @Test func errorsKeepTheirMeaning() {
    let overloaded = AnthropicMessages.fault(
      status: 529, body: ByteSlice(#"{"type":"error","error":{"type":"overloaded_error","message":"Busy."}}"#))
    #expect(overloaded.type == "server_error")
    #expect(overloaded.message == "Busy.")
    #expect(overloaded.trigger == .rateLimit)
    let poor = AnthropicMessages.fault(
      status: 400, body: ByteSlice(#"{"type":"error","error":{"type":"billing_error","message":"No credit."}}"#))
    #expect(poor.code == "insufficient_quota")
    let html = AnthropicMessages.fault(status: 502, body: ByteSlice("<html>"))
    #expect(html.message == "The provider answered with status 502 and no message.")
    for (status, word) in [
      (400, "invalid_request_error"), (401, "authentication_error"), (403, "permission_error"),
      (404, "not_found_error"), (413, "request_too_large"), (422, "invalid_request_error"), (429, "rate_limit_error"),
      (500, "api_error"), (502, "api_error"), (504, "timeout_error"), (529, "overloaded_error"),
    ] {
      #expect(AnthropicMessages.errorType(of: AnthropicMessages.fault(status: status, body: ByteSlice())) == word)
    }
  }
}
