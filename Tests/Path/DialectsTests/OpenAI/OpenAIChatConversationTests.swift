import Bytes
import Conversation
import Exchange
import JSON
import TestSupport
import Testing

@testable import Dialects
@testable import Hub
@testable import OpenAI

@Suite struct OpenAIChatConversationTests {
  private func read(_ body: String, streams: Bool = false) throws -> Conversation {
    try OpenAIChat.conversation(from: ByteSlice(body), model: ModelName("m"), streams: streams)
  }

  private func message(_ body: String) -> String { #"{"model":"m","messages":[\#(body)]}"# }

  private func refusal(_ body: String) -> String? {
    do throws(Fault) {
      _ = try OpenAIChat.conversation(from: ByteSlice(body), model: ModelName("m"), streams: false)
      return nil
    } catch { return "\(error.status) \(error.param ?? "-"): \(error.message)" }
  }

  @Test func whatAProviderIsSentIsReadAsWhatWasMeant() throws {
    var generator = ConversationGenerator(
      seed: 11,
      without: [.topK, .toolResultMedia, .toolError, .documentURL, .cacheMarker, .thinking, .toolSignature])
    generator.hasLateInstructions = true
    generator.hasDeveloper = true
    generator.hasNeighbouringTexts = true
    for _ in 0..<500 {
      let conversation = generator.conversation()
      var losses = Losses()
      let body = OpenAIChat.body(of: conversation, losses: &losses)
      let again = try OpenAIChat.conversation(
        from: body, model: ModelName(conversation.model), streams: conversation.streams)
      #expect(again == conversation, "\(text(body))")
      #expect(losses == Losses())
    }
  }

  @Test func consecutiveResultsOfToolsBecomeOneTurnAndComeBeforeText() throws {
    let conversation = try read(
      message(
        #"""
        {"role":"user","content":"weather?"},
        {"role":"assistant","content":null,"tool_calls":[
          {"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},
          {"id":"b","type":"function","function":{"name":"g","arguments":""}}]},
        {"role":"tool","tool_call_id":"a","content":"sunny"},
        {"role":"tool","tool_call_id":"b","content":[{"type":"text","text":"warm"}]},
        {"role":"user","content":"and tomorrow?"}
        """#))
    #expect(conversation.messages.map(\.role) == [.user, .assistant, .user])
    #expect(
      conversation.messages[1].parts == [
        Part(.toolUse(ToolUse(id: "a", name: "f", arguments: #"{"x":1}"#))),
        Part(.toolUse(ToolUse(id: "b", name: "g", arguments: "{}"))),
      ])
    #expect(
      conversation.messages[2].parts == [
        Part(.toolResult(ToolResult(id: "a", parts: [.text("sunny")]))),
        Part(.toolResult(ToolResult(id: "b", parts: [.text("warm")]))), .text("and tomorrow?"),
      ])
  }

  @Test func systemAndDeveloperMessagesStayWhereTheyWereSaid() throws {
    let conversation = try read(
      message(
        #"""
        {"role":"system","content":"a"},{"role":"user","content":"b"},
        {"role":"developer","content":[{"type":"text","text":"c"}]},{"role":"user","content":"d","name":"ann"}
        """#))
    #expect(conversation.messages.map(\.role) == [.system, .user, .developer, .user])
    #expect(conversation.messages[3].name == "ann")
  }

  @Test func mediaIsReadFromAddressesAndData() throws {
    let conversation = try read(
      message(
        #"""
        {"role":"user","content":[
          {"type":"image_url","image_url":{"url":"data:image/png;base64,aGk=","detail":"low"}},
          {"type":"image_url","image_url":{"url":"https://a.example/b.png"}},
          {"type":"input_audio","input_audio":{"data":"aGk=","format":"mp3"}},
          {"type":"file","file":{"file_data":"data:application/pdf;base64,aGk=","filename":"a.pdf"}},
          {"type":"file","file":{"file_id":"file-1"}}]}
        """#))
    #expect(
      conversation.messages[0].parts.map(\.content) == [
        .image(Media(.base64("aGk="), mediaType: "image/png", detail: "low")),
        .image(Media(.url("https://a.example/b.png"))),
        .audio(Media(.base64("aGk="), mediaType: "audio/mpeg")),
        .document(Media(.base64("aGk="), mediaType: "application/pdf", title: "a.pdf")),
        .document(Media(.file("file-1"))),
      ])
  }

  @Test func cacheMarkersAreReadInBothForms() throws {
    let conversation = try read(
      message(
        #"""
        {"role":"user","content":[
          {"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}},
          {"type":"text","text":"b","cache_control":{"type":"ephemeral"}},
          {"type":"text","text":"c","prompt_cache_breakpoint":{"mode":"explicit","ttl":"12h"}}]}
        """#))
    #expect(
      conversation.messages[0].parts.map(\.cache) == [CacheMarker(.oneHour), CacheMarker(), CacheMarker(.oneHour)])
    #expect(conversation.untranslatable == [])
  }

  @Test func thinkingComesBackWithItsSignature() throws {
    let conversation = try read(
      message(
        #"""
        {"role":"user","content":"a"},
        {"role":"assistant","content":"b","reasoning_content":"hm","thinking_blocks":[
          {"index":0,"type":"thinking","thinking":"hm","signature":"c2ln"},
          {"type":"redacted_thinking","data":"ZGF0"},
          {"type":"thinking","thinking":"","signature":"gemini:Z2Vt"}]},
        {"role":"user","content":"c"},
        {"role":"assistant","content":"d","reasoning":"bare"},{"role":"user","content":"e"}
        """#))
    #expect(
      conversation.messages[1].parts == [
        Part(.thinking(Thinking("hm", signature: Signature("c2ln", of: .claude)))),
        Part(.thinking(Thinking("", signature: Signature("ZGF0", of: .claude), isRedacted: true))),
        .carrier(of: Signature("Z2Vt", of: .gemini)), .text("b"),
      ])
    #expect(conversation.messages[3].parts == [Part(.thinking(Thinking("bare"))), .text("d")])
  }

  @Test func theSignatureOfACallIsReadWhereGoogleWritesIt() throws {
    let conversation = try read(
      message(
        #"""
        {"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"},
          "extra_content":{"google":{"thought_signature":"Z2Vt"}}}]}
        """#))
    #expect(
      conversation.messages[0].parts == [
        Part(.toolUse(ToolUse(id: "a", name: "f", arguments: "{}", signature: Signature("Z2Vt", of: .gemini))))
      ])
  }

  @Test func aMessageThatTheSDKGathersFromAStreamComesBackWhole() throws {
    // `get_final_completion().choices[0].message.model_dump()` of OpenAI's SDK 3.52.
    let conversation = try read(
      message(
        #"""
        {"role":"user","content":"a"},
        {"content":"Hello","refusal":null,"role":"assistant","annotations":[{"type":"url_citation","index":0,"url_citation":
        {"end_index":5,"start_index":0,"title":"A","url":"https://a.example"}}],"audio":null,"function_call":null,
        "tool_calls":[{"id":"b","function":{"arguments":"{}","name":"g","parsed_arguments":null},"type":"function","index":1,
        "extra_content":{"google":{"thought_signature":"Z2Vt"}}}],"parsed":null,"reasoning_content":"hm",
        "thinking_blocks":[{"index":0,"type":"thinking","thinking":"hm","signature":"c2ln"},
        {"index":1,"type":"redacted_thinking","data":"ZGF0"}]},
        {"role":"tool","tool_call_id":"b","content":"done"}
        """#))
    #expect(conversation.untranslatable == [])
    #expect(
      conversation.messages[1].parts.map(\.content) == [
        .thinking(Thinking("hm", signature: Signature("c2ln", of: .claude))),
        .thinking(Thinking("", signature: Signature("ZGF0", of: .claude), isRedacted: true)), .text("Hello"),
        .toolUse(ToolUse(id: "b", name: "g", arguments: "{}", signature: Signature("Z2Vt", of: .gemini))),
      ])
  }

  @Test func argumentsThatAreNoObjectAreShownToTheToolAsTheyAre() throws {
    let conversation = try read(
      message(
        #"{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\":"}}]}"#))
    #expect(
      conversation.messages[0].parts == [
        Part(.toolUse(ToolUse(id: "a", name: "f", arguments: #"{"arguments":"{\"x\":"}"#)))
      ])
  }

  @Test func fieldsNobodyKnowsAreNamedAndHintsAreApart() throws {
    let conversation = try read(
      #"""
      {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a","foo":1},{"type":"video_url","video_url":{}}],
      "bar":2}],"logit_bias":{"1":2},"verbosity":"low","modalities":["text","audio"],"min_p":0.1,"store":true,
      "prompt_cache_key":"k","tools":[{"type":"custom","custom":{"name":"x"}}],"response_format":{"type":"text","x":1}}
      """#)
    #expect(
      Set(conversation.untranslatable) == [
        "messages[].content[].foo", "messages[].content[].video_url", "messages[].bar", "logit_bias",
        "modalities", "min_p", "tools[].custom", "response_format.x",
      ])
    #expect(conversation.hints == ["store"])
    #expect(conversation.extras == [.promptCacheKey: "k", .verbosity: "low"])
  }

  @Test func whatIsTheDefaultCountsAsLeftOut() throws {
    let plain = try read(message(#"{"role":"user","content":"a"}"#))
    let spelled = try read(
      #"""
      {"model":"m","messages":[{"role":"user","content":"a","name":null}],"n":1,"store":false,"logit_bias":{},"logprobs":false,
      "modalities":["text"],"verbosity":"medium","service_tier":"auto","response_format":{"type":"text"},"tools":null,
      "parallel_tool_calls":true,"stop":null,"metadata":{}}
      """#)
    #expect(spelled == plain)
  }

  @Test func theNewerBoundOfTheOutputCounts() throws {
    let body = #"{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":5,"max_completion_tokens":7}"#
    #expect(try read(body).sampling.outputMax == 7)
  }

  @Test(arguments: [
    (#"{"thinking":{"type":"enabled","budget_tokens":9000}}"#, Reasoning.Extent.budget(9_000)),
    (#"{"thinking":{"type":"disabled"}}"#, .off), (#"{"reasoning_effort":"none"}"#, .off),
    (#"{"reasoning_effort":"max"}"#, .effort(.max)),
    (#"{"reasoning_effort":"low","thinking":{"type":"enabled"}}"#, .effort(.low)),
  ])
  func reasoningIsAskedForInSeveralWays(field: String, extent: Reasoning.Extent) throws {
    let body = #"{"messages":[{"role":"user","content":"a"}],"# + field.dropFirst()
    #expect(try read(body).reasoning == Reasoning(extent, isShown: true))
  }

  @Test(arguments: [
    ("[]", "400 -: The body must be an object."),
    ("{}", "400 messages: messages is missing."),
    (#"{"messages":[]}"#, "400 messages: messages must hold at least one message."),
    (#"{"messages":[{"content":"a"}]}"#, "400 messages[0].role: messages[0].role is missing."),
    (
      #"{"messages":[{"role":"robot","content":"a"}]}"#,
      "400 messages[0].role: messages[0].role must be system, developer, user, assistant or tool."
    ),
    (#"{"messages":[{"role":"user"}]}"#, "400 messages[0].content: messages[0].content is missing."),
    (
      #"{"messages":[{"role":"user","content":[{"type":"text"}]}]}"#,
      "400 messages[0].content[0].text: messages[0].content[0].text is missing."
    ),
    (
      #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png,x"}}]}]}"#,
      "400 messages[0].content[0].image_url.url: messages[0].content[0].image_url.url must be an address or data in base64."
    ),
    (
      #"{"messages":[{"role":"user","content":"a"}],"n":0}"#, "400 n: n must be at least 1."
    ),
    (
      #"{"messages":[{"role":"user","content":"a"}],"tool_choice":"maybe"}"#,
      "400 tool_choice: tool_choice must be auto, none, required or a function."
    ),
    (
      #"{"messages":[{"role":"user","content":"a"}],"messages":[]}"#,
      "400 -: The body is not JSON: line 1, column 54: duplicate object key."
    ),
  ])
  func aRefusalNamesTheFieldAndWhatMustStandThere(body: String, said: String) {
    #expect(refusal(body) == said)
  }
}
