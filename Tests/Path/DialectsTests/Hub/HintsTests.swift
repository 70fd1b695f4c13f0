// HintsTests: what is let go, what says nothing, and that policies can name every field.

import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Cohere
@testable import Gemini
@testable import Hub
@testable import OpenAI
@testable import Responses

@Suite struct HintsTests {
  private var spokes: [any Spoke.Type] {
    [
      OpenAIChat.self, OpenAIResponses.self, AnthropicMessages.self, GeminiContent.self, BedrockConverse.self,
      CohereChat.self,
    ]
  }

  @Test func aNameAloneIsTheFieldWhereverItStandsAndAPathIsOnlyThat() {
    let hints = Hints("user tools[].search reasoning.context")
    #expect(hints.contains("user") && hints.contains("messages[].user") && hints.contains("reasoning.context"))
    #expect(hints.contains("tools[].search") && !hints.contains("messages[].search"))
    #expect(!hints.contains("context") && !hints.contains("users"))
    let dated = Hints("tool_search")
    #expect(dated.contains("tools[].tool_search_20251119") && !dated.contains("tools[].tool_search_2025"))
  }

  @Test func everyNameOfAFeatureInAnyDialectMayStandInAPolicy() {
    for spoke in spokes {
      // What an answer holds is nothing that a request could leave out.
      for feature in Feature.allCases where feature != .answerImage && feature != .answerAudio {
        #expect(Leeway.knows(spoke.field(of: feature)), "\(spoke) \(feature)")
      }
    }
    #expect(!Leeway.knows("logit_bais") && !Leeway.knows("x") && !Leeway.knows(""))
  }

  @Test func namesCoverTheSameFieldInEveryDialect() {
    let leeway = Leeway(["frequency_penalty", "tools[].web_search"])
    #expect(leeway.covers("generationConfig.frequencyPenalty") && leeway.covers("frequencyPenalty"))
    #expect(leeway.covers("tools[].web_search_20250305") && !leeway.covers("presence_penalty"))
    #expect(Leeway(["*"]).covers("anything") && !Leeway().covers("anything"))
  }

  @Test func valuesThatAreMeantAnywayAreNotSpokenOf() throws {
    let said = #"""
      {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","prefix":false}],"n":1,
      "frequency_penalty":0,"presence_penalty":0.0,"logit_bias":{},"tools":[],"stop":[],"functions":[],"store":false,
      "response_format":{"type":"text"},"reasoning_effort":"default","service_tier":"auto","verbosity":"medium",
      "min_p":0,"repetition_penalty":1.0,"best_of":1,"suffix":"","logprobs":false,"modalities":["text"]}
      """#
    let read = try OpenAIChat.conversation(from: ByteSlice(said), model: ModelName("m"), streams: false)
    var plain = Conversation(model: "m", messages: [Message(.user, [.text("a")]), Message(.assistant, [.text("b")])])
    plain.wantsStreamUsage = true
    #expect(read == plain)
  }

  @Test(arguments: [
    #"{"inference_geo":"us"}"#, #"{"speed":"fast"}"#, #"{"container":"c"}"#,
    #"{"output_config":{"task_budget":{"total":1}}}"#,
    #"{"context_management":{"edits":[{"type":"compact_20260112"}]}}"#,
    #"{"context_management":{"edits":[{"type":"clear_thinking_20251015"}],"else":1}}"#,
  ])
  func whatWouldChangeClaudesAnswerIsNoHint(field: String) throws {
    let body = #"{"messages":[{"role":"user","content":"a"}],"# + field.dropFirst()
    let read = try AnthropicMessages.conversation(from: ByteSlice(body), model: ModelName("m"), streams: false)
    #expect(read.untranslatable.count == 1 && read.hints.isEmpty)
  }

  @Test func whatProvidersCallTheirOwnIsLetGo() throws {
    let chat = try OpenAIChat.conversation(
      from: ByteSlice(
        #"{"messages":[{"role":"user","content":"a"}],"thinking":{"type":"enabled","clear_thinking":false},"reasoning_config":1}"#
      ),
      model: ModelName("m"), streams: false)
    #expect(chat.untranslatable.isEmpty && Set(chat.hints) == ["thinking.clear_thinking", "reasoning_config"])
    #expect(chat.reasoning == Reasoning(.automatic, isShown: true))
    for (own, extent) in [
      (#"{"reasoning_config":"high"}"#, Reasoning.Extent.effort(.high)), (#"{"reasoning_config":{"a":1}}"#, nil),
      (#"{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"low"}}"#, .effort(.low)),
    ] {
      let converse = try BedrockConverse.conversation(
        from: ByteSlice(
          #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"additionalModelRequestFields":\#(own)}"#),
        model: ModelName("m"), streams: false)
      #expect(converse.untranslatable.isEmpty && converse.reasoning?.extent == extent)
    }
  }

  @Test func aPictureSpelledJPGIsAJPEG() throws {
    let body = #"""
      {"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/jpg","data":"aGk="}}]}]}
      """#
    let read = try AnthropicMessages.conversation(from: ByteSlice(body), model: ModelName("m"), streams: false)
    var losses = Losses()
    let sent = BedrockConverse.body(of: read, losses: &losses)
    #expect(try JSONValue.parse(sent.span)["messages"]?[0]?["content"]?[0]?["image"]?["format"] == "jpeg")
    #expect(losses == Losses())
  }

  @Test func aUserThatNoProviderTakesIsLetGo() throws {
    let user = #"{\"device_id\":\"\#(String(repeating: "d", count: 64))\",\"session_id\":\"s\"}"#
    let body = #"{"messages":[{"role":"user","content":"a"}],"metadata":{"user_id":"\#(user)"}}"#
    let read = try AnthropicMessages.conversation(from: ByteSlice(body), model: ModelName("m"), streams: false)
    for spoke in [OpenAIChat.self, OpenAIResponses.self, BedrockConverse.self] as [any Spoke.Type] {
      var losses = Losses()
      let sent = spoke.body(of: read, losses: &losses)
      #expect(!String(sent.span).contains("device_id") && losses.dropped == [.user])
    }
    #expect(AnthropicMessages.hints.contains(AnthropicMessages.field(of: .user)))
  }
}

@Suite struct EffortTests {
  private func said(_ effort: Reasoning.Effort, to model: String, _ spoke: any Spoke.Type) throws -> (JSONValue, Losses)
  {
    var conversation = Conversation(model: model, messages: [Message(.user, [.text("a")])])
    conversation.reasoning = Reasoning(.effort(effort), isShown: true)
    var losses = Losses()
    return (try JSONValue.parse(spoke.body(of: conversation, losses: &losses).span), losses)
  }

  @Test(arguments: [
    (Reasoning.Effort.xhigh, "claude-opus-4-6", "high"), (.max, "claude-sonnet-4-6", "max"),
    (.xhigh, "claude-opus-4-7", "xhigh"), (.max, "claude-opus-5", "max"), (.minimal, "claude-opus-4-7", "low"),
  ])
  func claudeIsAskedForWhatItKnows(wanted: Reasoning.Effort, model: String, effort: String) throws {
    let (body, losses) = try said(wanted, to: model, AnthropicMessages.self)
    #expect(body["output_config"]?["effort"]?.string == effort)
    #expect(losses.approximated.contains(.reasoning) == (wanted.rawValue != effort))
    let (converse, _) = try said(wanted, to: "us.anthropic." + model, BedrockConverse.self)
    #expect(converse["outputConfig"]?["effort"]?.string == effort)
  }

  @Test(arguments: [
    (Reasoning.Effort.max, "gpt-5.6-terra", "max"), (.max, "gpt-5.4", "xhigh"), (.xhigh, "gpt-5.1", "high"),
    (.xhigh, "gpt-5.1-codex-max", "xhigh"), (.minimal, "gpt-5", "minimal"), (.minimal, "gpt-5.2", "low"),
    (.xhigh, "o3", "high"), (.max, "openai/gpt-oss-120b", "high"), (.max, "deepseek-v4-pro", "max"),
    (.high, "glm-5", "high"),
  ])
  func soAreOpenAIsModels(wanted: Reasoning.Effort, model: String, effort: String) throws {
    let (chat, losses) = try said(wanted, to: model, OpenAIChat.self)
    let (responses, _) = try said(wanted, to: model, OpenAIResponses.self)
    #expect(chat["reasoning_effort"]?.string == effort && responses["reasoning"]?["effort"]?.string == effort)
    #expect(losses.approximated.contains(.reasoning) == (wanted.rawValue != effort))
  }

  @Test func thinkingIsSwitchedOffOnlyWhereItCanBe() {
    for (model, effort) in [
      ("gpt-4o", nil), ("gpt-5", "minimal"), ("o3", "low"), ("gpt-5.2", "none"), ("qwen3", "none"),
    ] {
      var conversation = Conversation(model: model, messages: [Message(.user, [.text("a")])])
      conversation.reasoning = Reasoning(.off, isShown: false)
      var losses = Losses()
      let body = try? JSONValue.parse(OpenAIChat.body(of: conversation, losses: &losses).span)
      #expect(body?["reasoning_effort"]?.string == effort)
      #expect(losses.approximated.isEmpty == (effort == nil || effort == "none"))
    }
  }
}
