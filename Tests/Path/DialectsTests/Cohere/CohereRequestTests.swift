import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Cohere
@testable import Dialects
@testable import Hub

@Suite struct CohereRequestTests {
  private func write(_ conversation: Conversation) throws -> (body: JSONValue, losses: Losses) {
    var losses = Losses()
    let body = CohereChat.body(of: conversation, losses: &losses)
    return (try JSONValue.parse(body.span, rejectingDuplicates: true), losses)
  }

  @Test func whatCohereCanSaySurvivesTheWayThere() throws {
    var generator = ConversationGenerator(
      seed: 21,
      without: [
        .user, .metadata, .serviceTier, .cacheMarker, .messageName, .parallelTools, .strictTools, .document, .reasoning,
        .toolChoice, .toolError, .toolResultMedia, .toolSignature, .audio, .choices, .logprobs, .presencePenalty,
        .thinking,
      ])
    for _ in 0..<2_000 {
      var conversation = generator.conversation()
      // JSON is not answered where tools are offered.
      if !conversation.tools.isEmpty { conversation.format = .text }
      var losses = Losses()
      let body = CohereChat.body(of: conversation, losses: &losses)
      #expect(losses == Losses())
      let read = try CohereChat.conversation(
        from: body, model: ModelName(conversation.model), streams: conversation.streams)
      #expect(read == conversation, "\(String(body.span))")
      if read != conversation { break }
    }
  }

  @Test func thinkingGoesBackUnlessSomebodyElseSignedIt() throws {
    let (body, losses) = try write(
      Conversation(
        model: "command-a-reasoning-08-2025",
        messages: [
          Message(
            .assistant,
            [
              Part(.thinking(Thinking("own"))),
              Part(.thinking(Thinking("foreign", signature: Signature("s", of: .claude)))), .text("so"),
            ]),
          Message(.assistant, [Part(.thinking(Thinking("foreign", signature: Signature("s", of: .claude))))]),
        ]))
    #expect(
      body["messages"] == [
        [
          "role": "assistant",
          "content": [["type": "thinking", "thinking": "own"], ["type": "text", "text": "so"]],
        ]
      ])
    #expect(losses == Losses())
  }

  @Test func aTurnForToolsHasAPlanAndItsResultsAMessageEach() throws {
    let (body, losses) = try write(
      Conversation(
        model: "m",
        messages: [
          Message(.assistant, [.text("I call."), Part(.toolUse(ToolUse(id: "1", name: "f", arguments: "")))]),
          Message(
            .user,
            [
              Part(.toolResult(ToolResult(id: "1", parts: [.text("a"), .text("b")]))),
              Part(.toolResult(ToolResult(id: "2", parts: [.text("broken")], isError: true))), .text("well?"),
            ]),
        ]))
    #expect(
      body["messages"] == [
        [
          "role": "assistant", "tool_plan": "I call.",
          "tool_calls": [["id": "1", "type": "function", "function": ["name": "f", "arguments": "{}"]]],
        ],
        [
          "role": "tool", "tool_call_id": "1",
          "content": [["type": "text", "text": "a"], ["type": "text", "text": "b"]],
        ],
        ["role": "tool", "tool_call_id": "2", "content": #"{"error":"broken"}"#],
        ["role": "user", "content": "well?"],
      ])
    #expect(losses.approximated == [.toolError])
  }

  @Test func documentsAreGatheredWithNamesThatCitationsUse() throws {
    var document = Media(.text("body"), title: "T")
    document.wantsCitations = true
    let (body, losses) = try write(
      Conversation(
        model: "m",
        messages: [
          Message(.user, [Part(.document(document)), .text("q")]), Message(.assistant, [.text("a")]),
          Message(.user, [Part(.document(Media(.text(#"{"a":1}"#), mediaType: "application/json"))), .text("q")]),
        ]))
    #expect(
      body["documents"] == [
        ["id": "doc:0", "data": ["title": "T", "text": "body"]], ["id": "doc:1", "data": ["a": 1]],
      ])
    #expect(body["citation_options"] == nil)
    #expect(losses.approximated == [.document])
    let (pdf, dropped) = try write(
      Conversation(
        model: "m", messages: [Message(.user, [Part(.document(Media(.base64("aGk="))))])]))
    #expect(pdf["messages"] == [])
    #expect(dropped.dropped == [.document])
  }

  @Test func oneToolThatMustBeCalledIsTheOnlyOneOffered() throws {
    var conversation = Conversation(model: "m", messages: [Message(.user, [.text("x")])])
    conversation.tools = [Tool(name: "f"), Tool(name: "g", isStrict: true)]
    conversation.toolChoice = .tool("g")
    let (body, losses) = try write(conversation)
    #expect(
      body["tools"] == [
        ["type": "function", "function": ["name": "g", "parameters": ["type": "object", "properties": [:]]]]
      ])
    #expect(body["tool_choice"] == "REQUIRED")
    #expect(body["strict_tools"] == true)
    #expect(losses.approximated == [.toolChoice])
  }

  @Test func whatCannotBeSaidIsPutDown() throws {
    var conversation = Conversation(
      model: "command-r-plus",
      messages: [
        Message(
          .user,
          [
            Part(.text("x"), cache: CacheMarker()), Part(.audio(Media(.base64("aGk=")))),
            Part(.image(Media(.file("file-1")))), Part(.image(Media(.base64("aGk="), detail: "original"))),
          ], name: "ann")
      ])
    conversation.sampling.topP = 1
    conversation.sampling.topK = 1_000
    conversation.sampling.frequencyPenalty = -1
    conversation.sampling.presencePenalty = 2
    conversation.sampling.choices = 2
    conversation.sampling.logprobs = 3
    conversation.sampling.stop = ["1", "2", "3", "4", "5", "6"]
    conversation.reasoning = Reasoning(.effort(.low), isShown: true)
    conversation.serviceTier = "priority"
    conversation.user = "u"
    let (body, losses) = try write(conversation)
    #expect(
      losses.dropped == [
        .messageName, .audio, .file, .frequencyPenalty, .presencePenalty, .choices, .stop, .reasoning,
      ])
    #expect(losses.approximated == [.cacheMarker, .imageDetail, .topP, .topK, .logprobs, .user, .serviceTier])
    #expect(body["p"] == .double(0.99))
    #expect(body["k"] == 500)
  }

  @Test func thinkingIsAskedForInTokens() throws {
    func asked(_ extent: Reasoning.Extent) throws -> JSONValue? {
      var conversation = Conversation(model: "command-a-reasoning-08-2025")
      conversation.reasoning = Reasoning(extent, isShown: true)
      return try write(conversation).body["thinking"]
    }
    #expect(try asked(.off) == ["type": "disabled"])
    #expect(try asked(.automatic) == ["type": "enabled"])
    #expect(try asked(.budget(9)) == ["type": "enabled", "token_budget": 9])
    #expect(try asked(.effort(.medium)) == ["type": "enabled", "token_budget": 8_192])
  }

  @Test func everyFeatureHasAName() {
    for feature in Feature.allCases { #expect(!CohereChat.field(of: feature).isEmpty) }
  }

  @Test func jsonIsAskedForOnlyWhereNeitherToolsNorDocumentsAreGiven() throws {
    var asked = Conversation(model: "command-a-03-2025", messages: [Message(.user, [.text("a")])])
    asked.format = .json
    #expect(try write(asked).losses.dropped == [])
    asked.tools = [Tool(name: "f")]
    #expect(try write(asked).losses.dropped == [.format])
    asked.tools = []
    asked.format = .schema(AnswerSchema(name: "n", schema: ["type": "object"], isStrict: true))
    asked.messages[0].parts.append(Part(.document(Media(.text("d"), mediaType: "text/plain"))))
    #expect(try write(asked).losses.dropped == [.schema])
  }
}
