import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Cohere
@testable import Dialects
@testable import Hub

@Suite struct CohereConversationTests {
  private func read(_ body: String) throws(Fault) -> Conversation {
    try CohereChat.conversation(from: ByteSlice(body), model: ModelName("m"), streams: false)
  }

  private func message(_ body: String) -> String {
    do throws(Fault) {
      return "accepted: \(try read(body).messages)"
    } catch {
      return "\(error.param ?? "-"): \(error.message)"
    }
  }

  @Test func messagesOfEveryRoleAreRead() throws {
    let conversation = try read(
      """
      {"model": "m", "messages": [{"role": "system", "content": "be kind"},
        {"role": "user", "content": [{"type": "text", "text": "look"},
          {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk=", "detail": "auto"}},
          {"type": "image_url", "image_url": {"url": "https://a.example/b", "detail": "low"}}]},
        {"role": "assistant", "tool_plan": "I call.", "tool_calls": [{"id": "a", "type": "function",
          "function": {"name": "f", "arguments": ""}}, {"id": "b", "function": {"name": "g", "arguments": "{\\"n\\":1}"}}]},
        {"role": "tool", "tool_call_id": "a", "content": "one"},
        {"role": "tool", "tool_call_id": "b", "content": [{"type": "document",
          "document": {"id": "x", "data": {"title": "T", "text": "two"}}}]},
        {"role": "user", "content": "and?"},
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": "claude:s="},
          {"type": "text", "text": "done"}], "citations": [{"start": 0}]}]}
      """)
    let image = Part(.image(Media(.base64("aGk="), mediaType: "image/png")))
    let far = Part(.image(Media(.url("https://a.example/b"), detail: "low")))
    let document = Part(.document(Media(.text("two"), mediaType: "text/plain", title: "T")))
    #expect(
      conversation.messages == [
        Message(.system, [.text("be kind")]), Message(.user, [.text("look"), image, far]),
        Message(
          .assistant,
          [
            .text("I call."), Part(.toolUse(ToolUse(id: "a", name: "f", arguments: "{}"))),
            Part(.toolUse(ToolUse(id: "b", name: "g", arguments: #"{"n":1}"#))),
          ]),
        Message(
          .user,
          [
            Part(.toolResult(ToolResult(id: "a", parts: [.text("one")]))),
            Part(.toolResult(ToolResult(id: "b", parts: [document]))), .text("and?"),
          ]),
        Message(
          .assistant,
          [Part(.thinking(Thinking("hm", signature: Signature("s=", of: .claude)))), .text("done")]),
      ])
    #expect(conversation.untranslatable == [])
    #expect(conversation.hints == ["messages[].citations"])
  }

  @Test func documentsStandBeforeTheLastQuestion() throws {
    let conversation = try read(
      """
      {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
        {"role": "user", "content": "c"}],
       "documents": ["plain", {"id": "1", "data": {"title": "T", "snippet": "S"}}], "citation_options": {"mode": "FAST"}}
      """)
    var plain = Media(.text("plain"), mediaType: "text/plain")
    plain.wantsCitations = true
    var other = Media(.text(#"{"title":"T","snippet":"S"}"#), mediaType: "application/json", title: "T")
    other.wantsCitations = true
    #expect(conversation.messages[2].parts == [Part(.document(plain)), Part(.document(other)), .text("c")])
    #expect(conversation.hints == ["citation_options.mode", "documents[].id"])
  }

  @Test func howTheAnswerIsMadeIsRead() throws {
    let conversation = try read(
      """
      {"messages": [{"role": "user", "content": "a"}], "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
       "strict_tools": true, "tool_choice": "REQUIRED", "max_tokens": 7, "p": 0.5, "k": 0, "logprobs": true,
       "stop_sequences": ["x"], "response_format": {"type": "json_object", "json_schema": {"type": "object"}},
       "thinking": {"type": "enabled", "token_budget": 100}, "safety_mode": "CONTEXTUAL", "priority": 1}
      """)
    #expect(conversation.tools == [Tool(name: "f", parameters: ["type": "object"], isStrict: true)])
    #expect(conversation.toolChoice == .required)
    var sampling = Sampling()
    sampling.outputMax = 7
    sampling.topP = 0.5
    sampling.stop = ["x"]
    sampling.logprobs = 0
    #expect(conversation.sampling == sampling)
    #expect(
      conversation.format == .schema(AnswerSchema(name: "answer", schema: ["type": "object"], isStrict: true)))
    #expect(conversation.reasoning == Reasoning(.budget(100), isShown: true))
    #expect(conversation.hints == ["priority"])
    #expect(conversation.untranslatable == [])
  }

  @Test func whatNoOtherDialectHasAWordForIsNamed() throws {
    let conversation = try read(
      """
      {"messages": [{"role": "user", "content": [{"type": "video", "video": 1}], "mood": 1}], "safety_mode": "STRICT",
       "raw_prompting": true, "connectors": [1]}
      """)
    #expect(
      conversation.untranslatable == [
        "messages[].content[].type", "messages[].content[].video", "messages[].mood", "raw_prompting",
        "connectors",
      ])
    #expect(conversation.hints == ["safety_mode"])
  }

  @Test func faultsNameThePlaceAndWhatToDo() {
    let cases = [
      ("{}", "messages: messages is missing."),
      (
        #"{"messages": [{"role": "robot"}]}"#,
        "messages[0].role: messages[0].role must be system, user, assistant or tool."
      ),
      (#"{"messages": [{"role": "user"}]}"#, "messages[0].content: messages[0].content is missing."),
      (
        #"{"messages": [{"role": "user", "content": 1}]}"#,
        "messages[0].content: messages[0].content must be a string or an array."
      ),
      (#"{"messages": []}"#, "messages: messages must hold at least one message."),
      (#"{"messages": [], "max_tokens": 0}"#, "max_tokens: max_tokens must be at least 1."),
      (#"{"messages": [], "tool_choice": "f"}"#, "tool_choice: tool_choice must be REQUIRED or NONE."),
      (
        #"{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:x,y"}}]}]}"#,
        "messages[0].content[0].image_url.url: messages[0].content[0].image_url.url must be an address, or data in "
          + "base64."
      ),
    ]
    for (body, expected) in cases { #expect(message(body) == expected) }
  }
}
