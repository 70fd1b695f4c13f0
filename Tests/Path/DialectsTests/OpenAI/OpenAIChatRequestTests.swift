import Bytes
import Conversation
import JSON
import TestSupport
import Testing

@testable import Dialects
@testable import Hub
@testable import OpenAI

@Suite struct OpenAIChatRequestTests {
  private func body(_ conversation: Conversation) -> (text: String, losses: Losses) {
    var losses = Losses()
    let body = OpenAIChat.body(of: conversation, losses: &losses)
    return (text(body), losses)
  }

  @Test func theBoundOfTheOutputHasTheNameTheModelKnows() {
    var conversation = Conversation(model: "gpt-5", messages: [Message(.user, [.text("a")])])
    conversation.sampling.outputMax = 9
    #expect(
      body(conversation).text
        == #"{"model":"gpt-5","messages":[{"role":"user","content":"a"}],"max_completion_tokens":9}"#)
    for (model, isOwn) in [
      ("openai/o3-mini", true), ("chatgpt-4o-latest", true), ("ft:gpt-4o:me", true), ("gpt-oss-120b", false),
      ("olmo-2", false), ("o", false), ("mistral-large", false), ("", false), ("a/", false),
    ] {
      conversation.model = model
      #expect(body(conversation).text.contains("max_completion_tokens") == isOwn, "\(model)")
    }
  }

  @Test func aStreamIsAlwaysAskedForItsUsage() {
    var conversation = Conversation(model: "m", messages: [Message(.user, [.text("a")])])
    conversation.streams = true
    conversation.wantsStreamUsage = false
    #expect(body(conversation).text.hasSuffix(#""stream":true,"stream_options":{"include_usage":true}}"#))
  }

  @Test func mediaInTheResultOfAToolFollowsInAMessageOfTheUser() {
    let image = Part(.image(Media(.base64("aGk="), mediaType: "image/png")))
    let result = ToolResult(id: "a", parts: [.text("look"), image], isError: true)
    let conversation = Conversation(
      model: "m", messages: [Message(.user, [Part(.toolResult(result)), .text("what is it?")])])
    let (text, losses) = body(conversation)
    #expect(
      text
        == #"{"model":"m","messages":[{"role":"tool","tool_call_id":"a","content":"look"},{"role":"user","content":["#
        + #"{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}},{"type":"text","text":"what is it?"}]}]}"#
    )
    #expect(losses.approximated == [.toolResultMedia, .toolError])
    #expect(losses.dropped == [])
  }

  @Test func signedThinkingStaysHomeAndBareThinkingGoesBackToThoseWhoTakeIt() {
    let parts = [
      Part(.thinking(Thinking("theirs", signature: Signature("c2ln", of: .claude)))),
      Part(.thinking(Thinking("bare"))), .text("b"),
    ]
    var conversation = Conversation(model: "deepseek-chat", messages: [Message(.assistant, parts)])
    #expect(
      body(conversation).text
        == #"{"model":"deepseek-chat","messages":[{"role":"assistant","content":"b","reasoning_content":"bare"}]}"#)
    conversation.model = "gpt-5"
    #expect(body(conversation).text == #"{"model":"gpt-5","messages":[{"role":"assistant","content":"b"}]}"#)
  }

  @Test func whatTheDialectHasNoWordForIsPutDown() {
    var cited = Media(.text("plain"), title: "notes")
    cited.wantsCitations = true
    var conversation = Conversation(
      model: "m",
      messages: [
        Message(
          .user,
          [
            Part(.text("a"), cache: CacheMarker()), Part(.document(cited)), Part(.document(Media(.url("https://x")))),
            Part(.audio(Media(.base64("aGk="), mediaType: "audio/ogg"))), Part(.document(Media(.file("file_011")))),
          ])
      ])
    conversation.sampling.topK = 5
    conversation.reasoning = Reasoning(.budget(9_000), isShown: true)
    let (text, losses) = body(conversation)
    #expect(
      text == #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"},"#
        + #"{"type":"text","text":"notes\n\nplain"}]}],"reasoning_effort":"medium"}"#)
    #expect(losses.approximated == [.cacheMarker, .document, .reasoning])
    #expect(losses.dropped == [.citations, .documentURL, .audio, .file, .topK])
  }

  @Test func everyFeatureHasANameForAgents() {
    for feature in Feature.allCases { #expect(!OpenAIChat.field(of: feature).isEmpty) }
  }
}
