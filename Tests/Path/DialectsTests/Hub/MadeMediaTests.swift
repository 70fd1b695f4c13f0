// MadeMediaTests: pictures and sounds that a model made, from every provider that makes them to every agent.

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

@Suite struct MadeMediaTests {
  private let picture = MadeMedia.image(Media(.base64("aGVsbG8="), mediaType: "image/png"))
  private let sound = MadeMedia.audio(Media(.base64("aGVsbG8="), mediaType: "audio/wav"))

  @Test(arguments: [
    (
      Dialect.gemini,
      #"{"candidates":[{"content":{"parts":[{"text":"see"},{"inlineData":{"mimeType":"image/png","data":"aGVsbG8="}}]},"finishReason":"STOP"}]}"#
    ),
    (
      .openAI,
      #"{"choices":[{"message":{"content":"see","images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGVsbG8="}}]},"finish_reason":"stop"}]}"#
    ),
    (
      .responses,
      #"{"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"see"}]},{"type":"image_generation_call","id":"ig_1","status":"completed","result":"aGVsbG8="}]}"#
    ),
    (
      .bedrock,
      #"{"output":{"message":{"content":[{"text":"see"},{"image":{"format":"png","source":{"bytes":"aGVsbG8="}}}]}},"stopReason":"end_turn"}"#
    ),
  ])
  func aPictureReachesAgentsThatHaveAPlaceForItAndIsNamedToOthers(provider: Dialect, body: String) throws {
    let answer = try #require(provider.spoke).answer(from: ByteSlice(body))
    #expect(answer.choices[0].parts == [.text("see"), picture.part])
    for agent in BrokenAnswersTests.agents {
      let spoke = try #require(agent.spoke)
      var told = answer
      let lost = told.leaveOutMedia(for: spoke)
      let text = String(spoke.body(of: told, to: Conversation(model: "m")).span)
      let hasPlace = agent != .anthropic && agent != .cohere
      #expect(lost == (hasPlace ? [] : [.answerImage]), "\(agent)")
      #expect(text.contains("aGVsbG8=") == hasPlace, "\(agent)")
      #expect(!spoke.field(of: .answerImage).isEmpty)
    }
  }

  @Test(arguments: BrokenAnswersTests.agents) func aStreamHoldsThemToo(agent: Dialect) throws {
    let spoke = try #require(agent.spoke)
    let (text, image) = (PartPlace(part: 0), PartPlace(part: 1))
    let told = written(
      [
        .began(AnswerStart(id: "r", model: "m")), .partBegan(.text, at: text), .partGrew(.text("see"), at: text),
        .partEnded(at: text), .partBegan(.media(picture), at: image), .partEnded(at: image),
        .choiceFinished(.stop, stopSequence: nil, choice: 0), .ended,
      ], by: spoke.writer(for: Conversation(model: "m")))
    let read = StreamedAnswer(try eventsRead(by: spoke.reader(), from: told))
    #expect(read.violations == [] && read.hasEnded)
    #expect(read.answer.choices[0].parts == (spoke.holds(picture) ? [.text("see"), picture.part] : [.text("see")]))
  }

  @Test func whatAModelMadeComesBackWithItsTurn() throws {
    let body = OpenAIChat.body(
      of: Answer(id: "r", model: "m", choices: [AnswerChoice([.text("see"), picture.part], .stop)]),
      to: Conversation(model: "m"))
    let message = try #require(try JSONValue.parse(body.span)["choices"]?[0]?["message"])
    let request = JSONValue.object([("model", "m"), ("messages", .array([message]))]).text
    var chat = try OpenAIChat.conversation(from: ByteSlice(request), model: ModelName("m"), streams: false)
    #expect(chat.messages[0].parts == [.text("see"), picture.part] && chat.untranslatable == [])
    let item = #"{"type":"image_generation_call","id":"ig","status":"completed","result":"aGVsbG8="}"#
    let responses = try OpenAIResponses.conversation(
      from: ByteSlice(#"{"model":"m","input":[{"role":"user","content":"a"},\#(item)]}"#), model: ModelName("m"),
      streams: false)
    #expect(responses.messages.last?.parts == [picture.part] && responses.untranslatable == [])
    // Only Gemini is shown it; others are told that it was there.
    #expect(chat.nameMadeMedia() == [.answerImage] && chat.messages[0].parts == [.text("see"), .text("[image]")])
    #expect(BrokenAnswersTests.agents.filter { $0.spoke!.takesBackMedia } == [.gemini])
  }

  @Test func speechIsItsTranscriptAndItsSound() throws {
    let answer = try OpenAIChat.answer(
      from: ByteSlice(
        #"{"choices":[{"message":{"content":null,"audio":{"id":"a","data":"aGVsbG8=","transcript":"said"}},"finish_reason":"stop"}]}"#
      ))
    #expect(answer.choices[0].parts == [.text("said"), sound.part])
    #expect(BrokenAnswersTests.agents.filter { $0.spoke!.holds(sound) } == [.openAI, .gemini, .bedrock])
  }

  @Test func thoughtsBetweenTextsComeBackToTheirPlacesThroughAChat() throws {
    let thought = { (text: String) in
      Part(.thinking(Thinking(text, signature: Signature(text, of: .claude))))
    }
    let call = Part(.toolUse(ToolUse(id: "t", name: "f", arguments: "{}")))
    let said = [thought("T1"), .text("é1 "), thought("T2"), .text("x2"), thought("T3"), call]
    let body = OpenAIChat.body(
      of: Answer(id: "r", model: "m", choices: [AnswerChoice(said, .toolUse)]), to: Conversation(model: "m"))
    #expect(try OpenAIChat.answer(from: body).choices[0].parts == said)
    let message = try #require(try JSONValue.parse(body.span)["choices"]?[0]?["message"])
    #expect(message["content"] == "é1 x2")
    let request = JSONValue.object([("model", "m"), ("messages", .array([message]))]).text
    let conversation = try OpenAIChat.conversation(from: ByteSlice(request), model: ModelName("m"), streams: false)
    #expect(conversation.messages[0].parts == said)
    // Places that are none are before the content, or behind it.
    for offset in ["-9223372036854775808", "9223372036854775807"] {
      let blocks = #"[{"thinking":"a","content_offset":1},{"thinking":"b","content_offset":\#(offset)}]"#
      let hostile = try OpenAIChat.answer(
        from: ByteSlice(#"{"choices":[{"message":{"content":"xyz","thinking_blocks":\#(blocks)}}]}"#))
      #expect(hostile.choices[0].parts.filter(\.isThinking).count == 2)
    }
    // Cohere has a place for them too.
    let cohere = CohereChat.body(
      of: Answer(id: "r", model: "m", choices: [AnswerChoice(said.dropLast(), .stop)]), to: Conversation(model: "m"))
    #expect(try CohereChat.answer(from: cohere).choices[0].parts == Array(said.dropLast()))
  }

  @Test func callsOfTheProvidersOwnToolsAreNotTheAgents() throws {
    let own = #"{"toolUse":{"toolUseId":"a","name":"web","input":{},"type":"server_tool_use"}}"#
    let agents = #"{"toolUse":{"toolUseId":"b","name":"f","input":{},"type":"tool_use"}}"#
    let answer = try BedrockConverse.answer(
      from: ByteSlice(#"{"output":{"message":{"content":[\#(own),\#(agents)]}},"stopReason":"tool_use"}"#))
    #expect(answer.choices[0].parts == [Part(.toolUse(ToolUse(id: "b", name: "f", arguments: "{}")))])
    var stream = ByteBuffer()
    for (index, type) in ["server_tool_use", "tool_use"].enumerated() {
      AmazonEvent.append(
        event: "contentBlockStart",
        payload: ByteSlice(
          #"{"contentBlockIndex":\#(index),"start":{"toolUse":{"toolUseId":"\#(index)","name":"f","type":"\#(type)"}}}"#
        ),
        to: &stream)
      AmazonEvent.append(
        event: "contentBlockDelta",
        payload: ByteSlice(#"{"contentBlockIndex":\#(index),"delta":{"toolUse":{"input":"{}"}}}"#), to: &stream)
    }
    AmazonEvent.append(event: "messageStop", payload: ByteSlice(#"{"stopReason":"tool_use"}"#), to: &stream)
    let streamed = StreamedAnswer(try eventsRead(by: BedrockConverse.reader(), from: stream.take()))
    #expect(streamed.answer.choices[0].parts == [Part(.toolUse(ToolUse(id: "1", name: "f", arguments: "{}")))])
  }
}
