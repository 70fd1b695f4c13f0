import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Dialects
@testable import Gemini
@testable import Hub

@Suite struct GeminiRequestTests {
  private func write(_ conversation: Conversation) throws -> (body: JSONValue, losses: Losses) {
    var losses = Losses()
    let body = GeminiContent.body(of: conversation, losses: &losses)
    return (try JSONValue.parse(body.span, rejectingDuplicates: true), losses)
  }

  private func conversation(_ messages: [Message], model: String = "gemini-3-flash") -> Conversation {
    Conversation(model: model, messages: messages)
  }

  @Test func whatGeminiCanSaySurvivesTheWayThere() throws {
    var generator = ConversationGenerator(
      seed: 11,
      without: [
        .user, .cacheMarker, .messageName, .parallelTools, .strictTools, .document, .imageURL, .reasoning,
      ], signatures: .gemini)
    for _ in 0..<2_000 {
      var conversation = generator.conversation()
      conversation.model = "gemini-3-flash"
      conversation.metadata = []
      if conversation.tools.isEmpty { conversation.toolChoice = nil }
      var losses = Losses()
      let body = GeminiContent.body(of: conversation, losses: &losses)
      #expect(losses == Losses())
      let read = try GeminiContent.conversation(
        from: body, model: ModelName("gemini-3-flash"), streams: conversation.streams)
      #expect(read == conversation, "\(String(body.span))")
      if read != conversation { break }
    }
  }

  @Test func systemMessagesAreGatheredFromAnywhere() throws {
    let (body, losses) = try write(
      conversation([
        Message(.system, [.text("one")]), Message(.user, [.text("hi")]), Message(.developer, [.text("two")]),
        Message(.user, [.text("there")]),
      ]))
    #expect(body["systemInstruction"] == ["parts": [["text": "one"], ["text": "two"]]])
    #expect(body["contents"] == [["role": "user", "parts": [["text": "hi"], ["text": "there"]]]])
    #expect(losses.approximated == [.systemMessage])
  }

  @Test func aSystemMessageAloneIsTheUsers() throws {
    let (body, losses) = try write(conversation([Message(.system, [.text("one")])]))
    #expect(body["contents"] == [["role": "user", "parts": [["text": "one"]]]])
    #expect(body["systemInstruction"] == nil)
    #expect(losses.approximated == [.systemMessage])
  }

  @Test func callsAndResultsAreMatchedByNameAndEmptyArgumentsAreAnObject() throws {
    let use = ToolUse(id: "toolu_1", name: "look", arguments: "")
    let madeUp = ToolUse(id: "call_gemini_r_0", name: "look", arguments: #"{"a":1}"#)
    let (body, _) = try write(
      conversation([
        Message(.assistant, [Part(.toolUse(use)), Part(.toolUse(madeUp))]),
        Message(
          .user,
          [
            Part(.toolResult(ToolResult(id: "toolu_1", parts: [.text("ok")]))),
            Part(.toolResult(ToolResult(id: "call_gemini_r_0", parts: [.text("no")], isError: true))),
          ]),
      ]))
    #expect(
      body["contents"] == [
        [
          "role": "model",
          "parts": [
            [
              "functionCall": ["id": "toolu_1", "name": "look", "args": [:]],
              "thoughtSignature": "skip_thought_signature_validator",
            ],
            ["functionCall": ["name": "look", "args": ["a": 1]]],
          ],
        ],
        [
          "role": "user",
          "parts": [
            ["functionResponse": ["id": "toolu_1", "name": "look", "response": ["output": "ok"]]],
            ["functionResponse": ["name": "look", "response": ["error": "no"]]],
          ],
        ],
      ])
  }

  @Test func onlyGeminisOwnSignaturesGoBack() throws {
    let own = Signature("abc=", of: .gemini)
    let other = Signature("def=", of: .claude)
    let (body, losses) = try write(
      conversation(
        [
          Message(
            .assistant,
            [
              Part(.thinking(Thinking("foreign", signature: other))), Part(.thinking(Thinking("unsigned"))),
              Part(.thinking(Thinking("own", signature: own))),
              Part(.toolUse(ToolUse(id: "1", name: "f", arguments: "{}", signature: own))),
              Part(.toolUse(ToolUse(id: "2", name: "f", arguments: "{}", signature: other))),
            ])
        ], model: "gemini-2.5-pro"))
    #expect(
      body["contents"]?[0]?["parts"] == [
        ["text": "own", "thought": true, "thoughtSignature": "abc="],
        ["functionCall": ["id": "1", "name": "f", "args": [:]], "thoughtSignature": "abc="],
        ["functionCall": ["id": "2", "name": "f", "args": [:]]],
      ])
    #expect(losses == Losses())
  }

  @Test func imagesInResultsStandBesideThemWhereTheModelIsOld() throws {
    let messages = [
      Message(.assistant, [Part(.toolUse(ToolUse(id: "1", name: "f", arguments: "{}")))]),
      Message(
        .user,
        [
          Part(
            .toolResult(
              ToolResult(
                id: "1", parts: [.text("see"), Part(.image(Media(.base64("aGk="), mediaType: "image/png")))])))
        ]),
    ]
    let image: JSONValue = ["inlineData": ["mimeType": "image/png", "data": "aGk="]]
    let (old, losses) = try write(conversation(messages, model: "gemini-2.5-flash"))
    #expect(old["contents"]?[1]?["parts"]?[1] == image)
    #expect(losses.approximated == [.toolResultMedia])
    let (new, none) = try write(conversation(messages))
    #expect(new["contents"]?[1]?["parts"]?[0]?["functionResponse"]?["parts"] == .array([image]))
    #expect(none == Losses())
  }

  @Test func addressesAreSentToModelsThatFetchThemAndNeverFetched() throws {
    let messages = [Message(.user, [.text("x"), Part(.image(Media(.url("https://a.example/b.png?c=d"))))])]
    let (body, losses) = try write(conversation(messages, model: "gemini-2.5-flash"))
    #expect(
      body["contents"]?[0]?["parts"]?[1]
        == ["fileData": ["mimeType": "image/png", "fileUri": "https://a.example/b.png?c=d"]])
    #expect(losses == Losses())
    let (old, dropped) = try write(conversation(messages, model: "gemini-2.0-flash"))
    #expect(old["contents"]?[0]?["parts"] == [["text": "x"]])
    #expect(dropped.dropped == [.imageURL])
    let (_, file) = try write(conversation([Message(.user, [Part(.document(Media(.file("file-1"))))])]))
    #expect(file.dropped == [.file])
  }

  @Test func thinkingIsAskedForAsTheModelUnderstandsIt() throws {
    func asked(_ model: String, _ extent: Reasoning.Extent) throws -> (JSONValue?, Losses) {
      var conversation = self.conversation([Message(.user, [.text("x")])], model: model)
      conversation.reasoning = Reasoning(extent, isShown: true)
      let (body, losses) = try write(conversation)
      return (body["generationConfig"]?["thinkingConfig"], losses)
    }
    var approximated = Losses()
    approximated.approximate(.reasoning)
    #expect(
      try asked("gemini-3-pro", .effort(.medium)) == (["includeThoughts": true, "thinkingLevel": "MEDIUM"], Losses()))
    #expect(
      try asked("gemini-3-pro", .effort(.minimal)) == (["includeThoughts": true, "thinkingLevel": "LOW"], approximated))
    #expect(
      try asked("gemini-flash-latest", .off) == (["includeThoughts": true, "thinkingLevel": "MINIMAL"], approximated))
    #expect(try asked("gemini-2.5-flash", .off) == (["includeThoughts": true, "thinkingBudget": 0], Losses()))
    #expect(try asked("gemini-2.5-pro", .off) == (["includeThoughts": true, "thinkingBudget": 128], approximated))
    #expect(
      try asked("models/gemini-2.5-flash", .effort(.xhigh))
        == (["includeThoughts": true, "thinkingBudget": 24_576], approximated))
    #expect(try asked("gemini-3-pro", .automatic) == (["includeThoughts": true, "thinkingBudget": -1], Losses()))
    var dropped = Losses()
    dropped.drop(.reasoning)
    #expect(try asked("gemini-2.0-flash", .effort(.low)) == (nil, dropped))
  }

  @Test func whatCannotBeSaidIsPutDown() throws {
    var conversation = self.conversation([
      Message(.user, [Part(.text("x"), cache: CacheMarker(.oneHour))], name: "ann"),
      Message(.user, [Part(.document(Media(.text("t"), title: "a")))]),
    ])
    conversation.tools = [Tool(name: "f", isStrict: true), Tool(name: "g")]
    conversation.allowsParallelTools = false
    conversation.sampling.stop = ["1", "2", "3", "4", "5", "6"]
    conversation.sampling.seed = 1 << 40
    conversation.sampling.choices = 20
    conversation.user = "u"
    conversation.metadata = [("a", "b")]
    conversation.serviceTier = "scale"
    let (body, losses) = try write(conversation)
    #expect(losses.dropped == [.messageName, .stop, .choices])
    #expect(
      losses.approximated
        == [.cacheMarker, .document, .strictTools, .parallelTools, .seed, .user, .metadata, .serviceTier])
    #expect(body["toolConfig"] == ["functionCallingConfig": ["mode": "VALIDATED"]])
    #expect(body["tools"] == [["functionDeclarations": [["name": "f"], ["name": "g"]]]])
  }

  @Test func everyFeatureHasAName() {
    for feature in Feature.allCases { #expect(!GeminiContent.field(of: feature).isEmpty) }
  }

  @Test func aTextInAResultIsItsOutput() throws {
    let document = Part(.document(Media(.text("FOUND"), mediaType: "text/plain", title: "T")))
    let said = [
      Message(.user, [.text("go")]),
      Message(.assistant, [Part(.toolUse(ToolUse(id: "a", name: "f", arguments: "{}")))]),
      Message(.user, [Part(.toolResult(ToolResult(id: "a", parts: [document])))]),
    ]
    for model in ["gemini-2.5-pro", "gemini-3-flash"] {
      let (body, _) = try write(conversation(said, model: model))
      #expect(
        body["contents"]?[2]?["parts"]?[0]?["functionResponse"]?["response"] == ["output": "T\n\nFOUND"], "\(model)")
    }
  }

  @Test func jsonBesideFunctionsIsAskedForFromTheThirdGenerationOn() throws {
    var asked = conversation([Message(.user, [.text("a")])], model: "gemini-2.5-flash")
    asked.tools = [Tool(name: "f")]
    asked.format = .json
    #expect(try write(asked).losses.dropped == [.format])
    asked.format = .schema(AnswerSchema(name: "n", schema: ["type": "object"], isStrict: true))
    #expect(try write(asked).losses.dropped == [.schema])
    asked.model = "gemini-3-flash"
    #expect(try write(asked).losses.dropped == [])
    asked.model = "gemini-2.5-flash"
    asked.tools = []
    #expect(try write(asked).losses.dropped == [])
  }

  @Test func anotherEndpointsSignatureIsNotGeminisAndThePlaceholderStandsForIt() throws {
    let use = ToolUse(id: "a", name: "f", arguments: "{}", signature: Signature("U0lH", of: .vertex))
    let said = [Message(.user, [.text("go")]), Message(.assistant, [Part(.toolUse(use))])]
    let (body, _) = try write(conversation(said, model: "gemini-3-pro"))
    #expect(body["contents"]?[1]?["parts"]?[0]?["thoughtSignature"]?.string == GeminiContent.unsigned)
    let exchanged = Part(.toolUse(use)).exchangingSignatures(with: .vertex)
    let (own, _) = try write(conversation([said[0], Message(.assistant, [exchanged])], model: "gemini-3-pro"))
    #expect(own["contents"]?[1]?["parts"]?[0]?["thoughtSignature"]?.string == "U0lH")
  }

  @Test func tokensAreCountedOfAWholeRequestAndByVertexOfItsMembers() throws {
    var asked = conversation([Message(.system, [.text("S")]), Message(.user, [.text("a")])], model: "gemini-2.5-pro")
    asked.sampling.outputMax = 5
    let usual = try JSONValue.parse(GeminiContent.countingBody(of: asked).span)
    #expect(usual["generateContentRequest"]?["model"]?.string == "models/gemini-2.5-pro")
    #expect(usual["generateContentRequest"]?["generationConfig"] == nil)
    asked.habits.signsAs = .vertex
    let vertex = try JSONValue.parse(GeminiContent.countingBody(of: asked).span)
    #expect(vertex["contents"]?.count == 1 && vertex["systemInstruction"] != nil)
    let read = try GeminiContent.conversation(counting: GeminiContent.countingBody(of: asked), model: ModelName("m"))
    #expect(read.messages == asked.messages)
    #expect(try GeminiContent.count(from: ByteSlice(#"{"totalTokens":31}"#)) == 31)
    #expect(throws: ShapeFault.self) { try GeminiContent.count(from: ByteSlice(#"{"input_tokens":31}"#)) }
  }
}
