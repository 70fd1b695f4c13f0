import Bytes
import Conversation
import Exchange
import JSON
import TestSupport
import Testing

@testable import Dialects
@testable import Hub
@testable import Responses

@Suite struct OpenAIResponsesTests {
  private func read(_ body: String) throws -> Conversation {
    try OpenAIResponses.conversation(from: ByteSlice(body), model: ModelName("m"), streams: false)
  }

  private func refusal(_ body: String) -> String? {
    do throws(Fault) {
      _ = try OpenAIResponses.conversation(from: ByteSlice(body), model: ModelName("m"), streams: false)
      return nil
    } catch { return "\(error.status) \(error.param ?? "-"): \(error.message)" }
  }

  @Test func whatAProviderIsSentIsReadAsWhatWasMeant() throws {
    var generator = ConversationGenerator(
      seed: 41,
      without: [
        .topK, .frequencyPenalty, .presencePenalty, .stop, .seed, .choices, .messageName, .audio, .toolError,
        .cacheMarker, .toolSignature,
      ], signatures: .openAI)
    generator.hasLateInstructions = true
    generator.hasDeveloper = true
    generator.hasNeighbouringTexts = true
    for _ in 0..<500 {
      let conversation = generator.conversation()
      var losses = Losses()
      let body = OpenAIResponses.body(of: conversation, losses: &losses)
      let again = try OpenAIResponses.conversation(
        from: body, model: ModelName(conversation.model), streams: conversation.streams)
      #expect(again == conversation, "\(text(body))")
      #expect(losses == Losses())
    }
  }

  @Test func instructionsComeFirstAndItemsOfATurnAreOneMessage() throws {
    let conversation = try read(
      #"""
      {"model":"m","instructions":"be brief","input":[
        {"role":"user","content":"weather?"},
        {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"gAAA"},
        {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[
          {"type":"output_text","text":"look","annotations":[],"logprobs":[]}]},
        {"type":"function_call","id":"fc_1","call_id":"a","name":"f","arguments":"","status":"completed","caller":{"type":"direct"}},
        {"type":"function_call","call_id":"b","name":"g","arguments":"{\"x\":1}"},
        {"type":"function_call_output","call_id":"a","output":"sunny"},
        {"type":"function_call_output","call_id":"b","output":[{"type":"input_image","image_url":"data:image/png;base64,aGk="}]},
        {"type":"message","role":"user","content":[{"type":"input_text","text":"and?"}]}]}
      """#)
    #expect(conversation.untranslatable == [])
    #expect(conversation.messages.map(\.role) == [.system, .user, .assistant, .user])
    #expect(
      conversation.messages[2].parts == [
        Part(.thinking(Thinking("hm", signature: Signature("rs_1:gAAA", of: .openAI)))), .text("look"),
        Part(.toolUse(ToolUse(id: "a", name: "f", arguments: "{}"))),
        Part(.toolUse(ToolUse(id: "b", name: "g", arguments: #"{"x":1}"#))),
      ])
    #expect(conversation.messages[3].parts.map(\.isResult) == [true, true, false])
  }

  @Test func foreignSignaturesComeBackToThoseWhoGaveThem() throws {
    let parts = [
      Part(.thinking(Thinking("hm", signature: Signature("c2ln", of: .claude)))),
      Part(.thinking(Thinking("", signature: Signature("ZGF0", of: .claude), isRedacted: true))),
      Part(.toolUse(ToolUse(id: "a", name: "f", arguments: "{}", signature: Signature("Z2Vt", of: .gemini)))),
    ]
    let asked = Conversation(model: "m")
    let body = OpenAIResponses.body(
      of: Answer(id: "x", model: "m", choices: [AnswerChoice(parts, .toolUse)]), to: asked)
    let output = try #require(try JSONValue.parse(body.span)["output"])
    var buffer = ByteBuffer()
    JSONValue.object([("input", output)]).write(into: &buffer)
    #expect(try read(String(buffer.span)).messages == [Message(.assistant, parts)])
  }

  @Test func itemsThatTheSDKGathersFromAStreamComeBackWhole() throws {
    // `get_final_response().output` of OpenAI's SDK 3.52, each item dumped.
    let conversation = try read(
      #"""
      {"input":[{"role":"user","content":"a"},
        {"id":"rs_x_0","summary":[{"text":"hm","type":"summary_text"}],"type":"reasoning","content":null,
          "encrypted_content":"claude:c2ln","status":null},
        {"id":"msg_x_1","content":[{"annotations":[{"end_index":5,"start_index":0,"title":"A","type":"url_citation",
          "url":"https://a.example"}],"text":"Hello","type":"output_text","logprobs":null,"parsed":null}],"role":"assistant",
          "status":"completed","type":"message","phase":null},
        {"id":"rs_x_2","summary":[],"type":"reasoning","encrypted_content":"gemini:Z2Vt"},
        {"arguments":"{}","call_id":"b","name":"g","type":"function_call","id":"fc_x_3","async_":null,"caller":null,
          "namespace":null,"status":"completed","parsed_arguments":null},
        {"type":"function_call_output","call_id":"b","output":"done"}]}
      """#)
    #expect(conversation.untranslatable == [])
    #expect(
      conversation.messages[1].parts.map(\.content) == [
        .thinking(Thinking("hm", signature: Signature("c2ln", of: .claude))), .text("Hello"),
        .toolUse(ToolUse(id: "b", name: "g", arguments: "{}", signature: Signature("Z2Vt", of: .gemini))),
      ])
  }

  @Test func fieldsNobodyKnowsAreNamedAndHintsAreApart() throws {
    let conversation = try read(
      #"""
      {"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"a","foo":1},{"type":"input_video"}]},
        {"id":"msg_9"},{"type":"computer_call","call_id":"c"}],
      "previous_response_id":"resp_1","background":true,"truncation":"auto","store":true,"max_tool_calls":3,
      "tools":[{"type":"web_search"}],"tool_choice":{"type":"web_search"},"text":{"verbosity":"low"},
      "reasoning":{"effort":"low","context":"auto"},"prompt":{"id":"p"},"conversation":"c"}
      """#)
    #expect(
      Set(conversation.untranslatable) == [
        "input[].content[].foo", "input[].content[].input_video", "input[].item_reference", "input[].computer_call",
        "previous_response_id", "background", "truncation", "prompt", "conversation",
      ])
    #expect(Set(conversation.hints) == ["reasoning.context", "max_tool_calls", "store", "tool_choice.web_search"])
    #expect(conversation.extras == [.verbosity: "low"])
    #expect(conversation.webSearch == WebSearch())
    #expect(conversation.reasoning == Reasoning(.effort(.low), isShown: false))
  }

  @Test func whatIsTheDefaultCountsAsLeftOut() throws {
    let plain = try read(#"{"input":"a"}"#)
    let spelled = try read(
      #"""
      {"input":[{"type":"message","role":"user","content":"a"}],"background":false,"store":false,"truncation":"disabled",
      "parallel_tool_calls":true,"service_tier":"auto","text":{"format":{"type":"text"},"verbosity":"medium"},"tools":[],
      "include":[],"metadata":{},"reasoning":{"effort":null,"summary":null},"instructions":null,"previous_response_id":null}
      """#)
    #expect(spelled == plain)
  }

  @Test func theReasoningOfModelsThatReasonIsAskedForEncrypted() {
    var losses = Losses()
    for (model, reasons) in [
      ("o3-mini", true), ("gpt-5-mini", true), ("gpt-5-chat-latest", false), ("gpt-4o", false), ("llama", false),
    ] {
      let body = OpenAIResponses.body(
        of: Conversation(model: model, messages: [Message(.user, [.text("a")])]), losses: &losses)
      #expect(text(body).contains("reasoning.encrypted_content") == reasons, "\(model)")
    }
  }

  @Test func whatTheDialectHasNoWordForIsPutDown() {
    var conversation = Conversation(
      model: "m",
      messages: [
        Message(
          .user,
          [
            Part(.toolResult(ToolResult(id: "a", parts: [.text("b")], isError: true)), cache: CacheMarker()),
            Part(.audio(Media(.base64("aGk="), mediaType: "audio/wav"))), Part(.image(Media(.file("file_011")))),
          ], name: "ann")
      ])
    conversation.sampling.stop = ["x"]
    conversation.sampling.seed = 1
    conversation.sampling.choices = 2
    conversation.reasoning = Reasoning(.budget(1), isShown: false)
    var losses = Losses()
    let body = OpenAIResponses.body(of: conversation, losses: &losses)
    #expect(
      text(body)
        == #"{"model":"m","input":[{"type":"function_call_output","call_id":"a","output":"b"}],"reasoning":{"effort":"low"},"#
        + #""include":["reasoning.encrypted_content"],"store":false}"#)
    #expect(losses.approximated == [.toolError, .cacheMarker, .reasoning])
    #expect(losses.dropped == [.messageName, .audio, .file, .stop, .seed, .choices])
  }

  @Test(arguments: [
    ("{}", "400 input: input is missing."), (#"{"input":[]}"#, "400 input: input must hold at least one item."),
    (#"{"input":7}"#, "400 input: input must be an array."),
    (
      #"{"input":[{"role":"robot","content":"a"}]}"#,
      "400 input[0].role: input[0].role must be user, assistant, system or developer."
    ),
    (#"{"input":[{"type":"function_call","name":"f"}]}"#, "400 input[0].call_id: input[0].call_id is missing."),
    (#"{"input":[{"type":"function_call_output","call_id":"a"}]}"#, "400 input[0].output: input[0].output is missing."),
    (#"{"input":"a","max_output_tokens":0}"#, "400 max_output_tokens: max_output_tokens must be at least 1."),
    (
      #"{"input":"a","reasoning":{"effort":"huge"}}"#,
      "400 reasoning.effort: reasoning.effort must be none, minimal, low, medium, high, xhigh or max."
    ),
  ])
  func aRefusalNamesTheFieldAndWhatMustStandThere(body: String, said: String) {
    #expect(refusal(body) == said)
  }

  // MARK: replies

  @Test func aReplyIsReadAsItWasWritten() throws {
    for origin in [Signature.Origin.claude, .gemini, .openAI] {
      var generator = ConversationGenerator(seed: 51, signatures: origin)
      for _ in 0..<60 {
        var answer = generator.answer()
        answer.usage = answer.usage?.spelledOut
        answer.usage?.cacheCreationInput = .zero
        answer.createdAt = 17
        let body = OpenAIResponses.body(of: answer, to: Conversation(model: "m"))
        let read = try OpenAIResponses.answer(from: body)
        #expect(read == answer.withIdentifiers, "\(text(body))")
      }
    }
  }

  @Test(arguments: [
    (
      #""status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"a"}]}]"#,
      FinishReason.stop
    ),
    (#""status":"completed","output":[{"type":"message","content":[{"type":"refusal","refusal":"no"}]}]"#, .refusal),
    (#""status":"completed","output":[{"type":"function_call","call_id":"a","name":"f","arguments":"{}"}]"#, .toolUse),
    (#""status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]"#, .length),
    (#""status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[]"#, .contentFilter),
    (
      #""status":"odd","incomplete_details":{"reason":"steered"},"output":[{"type":"web_search_call","id":"ws"}]"#,
      .stop
    ),
  ])
  func anEndingIsWhatStatusAndItemsSay(reply: String, finish: FinishReason) throws {
    let answer = try OpenAIResponses.answer(from: ByteSlice(#"{"id":"x","model":"m","created_at":1.5,\#(reply)}"#))
    #expect(answer.choices[0].finish == finish)
    #expect(answer.createdAt == 1)
    #expect(answer.usage == nil)
  }

  @Test func aReplyThatFailedSaysWhy() throws {
    let answer = try OpenAIResponses.answer(
      from: ByteSlice(#"{"status":"failed","error":{"code":"server_error","message":"boom"},"output":[]}"#))
    #expect(answer.failure?.message == "boom" && answer.failure?.trigger == .error)
  }

  @Test func usageIsReadWithItsClasses() throws {
    let answer = try OpenAIResponses.answer(
      from: ByteSlice(
        #"""
        {"id":"x","output":[],"usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":3,
        "cache_write_tokens_details":{"ttl_30m_tokens":1,"ttl_12h_tokens":2}},"output_tokens":5,
        "output_tokens_details":{"reasoning_tokens":2},"total_tokens":15}}
        """#))
    var usage = Usage(input: TokenCount(10), output: TokenCount(5), reportedTotal: TokenCount(15))
    usage.cachedInput = TokenCount(4)
    usage.cacheCreationInput = TokenCount(3)
    usage.longCacheCreationInput = TokenCount(2)
    usage.reasoning = TokenCount(2)
    #expect(answer.usage == usage)
  }

  @Test func everyFeatureHasANameForAgents() {
    for feature in Feature.allCases { #expect(!OpenAIResponses.field(of: feature).isEmpty) }
  }
}

extension Answer {
  /// OpenAI's own signatures come back with the identifier their item was given.
  var withIdentifiers: Answer {
    var answer = self
    for number in answer.choices.indices {
      for place in answer.choices[number].parts.indices {
        guard case .thinking(var thinking) = answer.choices[number].parts[place].content,
          thinking.signature?.origin == .openAI, let text = thinking.signature?.text
        else { continue }
        thinking.signature?.text = "rs_\(id)_\(place):\(text)"
        answer.choices[number].parts[place].content = .thinking(thinking)
      }
    }
    return answer
  }
}
