import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Dialects
@testable import Hub

@Suite struct BedrockRequestTests {
  private static let claude = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"

  private func write(_ conversation: Conversation) throws -> (body: JSONValue, losses: Losses) {
    var losses = Losses()
    let body = BedrockConverse.body(of: conversation, losses: &losses)
    return (try JSONValue.parse(body.span, rejectingDuplicates: true), losses)
  }

  private func conversation(_ messages: [Message], model: String = claude) -> Conversation {
    Conversation(model: model, messages: messages)
  }

  private let hello = Message(.user, [.text("hi")])

  @Test func whatBedrockCanSaySurvivesTheWayThere() throws {
    var generator = ConversationGenerator(
      seed: 31,
      without: [
        .frequencyPenalty, .presencePenalty, .seed, .choices, .logprobs, .format, .messageName, .imageDetail, .imageURL,
        .document, .parallelTools, .toolSignature, .reasoning, .topK,
      ], signatures: .claude)
    generator.hasNeighbouringTexts = true
    for _ in 0..<1_000 {
      var conversation = generator.conversation()
      conversation.model = Self.claude
      conversation.metadata = conversation.metadata.isEmpty ? [] : [("team", "a b-7"), ("run", "7")]
      conversation.sampling.outputMax = 8_000
      if conversation.toolChoice == ToolChoice.none { conversation.toolChoice = nil }
      // Calls in the past must have tools, and texts that end an answer of Claude's cannot be blank.
      conversation.sampling.stop.removeAll { $0.isBlank }
      if conversation.tools.isEmpty { conversation.tools = [Tool(name: "search", parameters: ["type": "object"])] }
      var losses = Losses()
      let body = BedrockConverse.body(of: conversation, losses: &losses)
      #expect(losses == Losses())
      let read = try BedrockConverse.conversation(
        from: body, model: ModelName(Self.claude), streams: conversation.streams)
      #expect(read == conversation, "\(String(body.span))")
      if read != conversation { break }
    }
  }

  @Test func callsWithoutToolsDeclareThem() throws {
    let turns = [
      hello,
      Message(
        .assistant, [Part(.toolUse(ToolUse(id: "a:\(String(repeating: "x", count: 70))", name: "f", arguments: "")))]),
      Message(.user, [Part(.toolResult(ToolResult(id: "a:\(String(repeating: "x", count: 70))", parts: [])))]),
    ]
    let (body, losses) = try write(conversation(turns))
    let declared: JSONValue = [
      [
        "toolSpec": [
          "name": "f", "inputSchema": ["json": ["type": "object", "properties": .object([])]],
        ]
      ]
    ]
    #expect(body["toolConfig"] == ["tools": declared])
    #expect(losses.approximated == [.tools])
    let id = body["messages"]?[1]?["content"]?[0]?["toolUse"]?["toolUseId"] ?? ""
    #expect(id.string?.utf8.count == 64)
    #expect(
      body["messages"]?[1]?["content"]?[0]?["toolUse"] == ["toolUseId": id, "name": "f", "input": .object([])])
    #expect(body["messages"]?[2]?["content"]?[0]?["toolResult"] == ["toolUseId": id, "content": []])
    var unwanted = conversation(turns)
    unwanted.toolChoice = ToolChoice.none
    #expect(try write(unwanted).losses.dropped == [.toolChoice])
    var unused = conversation([hello])
    unused.tools = [Tool(name: "f")]
    unused.toolChoice = ToolChoice.none
    let none = try write(unused)
    #expect(none.body["toolConfig"] == nil)
    #expect(none.losses == Losses())
  }

  @Test func markersStandBehindWhatIsKept() throws {
    var asked = conversation([
      Message(.system, [Part(.text("long"), cache: CacheMarker(.oneHour))]),
      Message(.user, [Part(.text("hi"), cache: CacheMarker()), .text("there")]),
    ])
    asked.tools = [Tool(name: "f", parameters: ["type": "object"], cache: CacheMarker(.fiveMinutes))]
    let (body, losses) = try write(asked)
    #expect(losses == Losses())
    #expect(body["system"] == [["text": "long"], ["cachePoint": ["type": "default", "ttl": "1h"]]])
    #expect(
      body["messages"]?[0]?["content"] == [["text": "hi"], ["cachePoint": ["type": "default"]], ["text": "there"]])
    #expect(body["toolConfig"]?["tools"]?[1] == ["cachePoint": ["type": "default", "ttl": "5m"]])
  }

  @Test func mediaAreBytesAndNeverFetched() throws {
    let (body, losses) = try write(
      conversation([
        Message(
          .user,
          [
            Part(.image(Media(.url("https://a.example/b.png")))),
            Part(.image(Media(.base64("aGk="), mediaType: "image/png"))),
            Part(.image(Media(.base64("aGk="), mediaType: "image/tiff"))),
            Part(.document(Media(.base64("aGk="), mediaType: "application/pdf", title: "a.b  (c) ü.pdf"))),
            Part(.document(Media(.text("hi"), mediaType: "text/plain"))),
            Part(.document(Media(.url("https://a.example/b.pdf")))),
            Part(.audio(Media(.base64("aGk="), mediaType: "audio/mp3"))),
          ])
      ]))
    #expect(losses.dropped == [.imageURL, .image, .documentURL])
    #expect(
      body["messages"]?[0]?["content"] == [
        ["image": ["format": "png", "source": ["bytes": "aGk="]]],
        ["document": ["name": "a-b (c) --pdf", "format": "pdf", "source": ["bytes": "aGk="]]],
        ["document": ["name": "document-2", "format": "txt", "source": ["text": "hi"]]],
        ["audio": ["format": "mp3", "source": ["bytes": "aGk="]]], ["text": "a-b (c) --pdf, document-2"],
      ])
  }

  @Test func eachModelIsToldInItsOwnWords() throws {
    func fields(_ model: String, _ change: (inout Conversation) -> Void) throws -> String {
      var asked = conversation([hello], model: model)
      change(&asked)
      let (body, losses) = try write(asked)
      let said = [body["additionalModelRequestFields"], body["outputConfig"], body["inferenceConfig"]]
      return said.map { $0?.text ?? "-" }.joined(separator: " ")
        + losses.approximated.map { " ~\($0)" }.joined() + losses.dropped.map { " !\($0)" }.joined()
    }
    let high = { (asked: inout Conversation) in asked.reasoning = Reasoning(.effort(.high), isShown: true) }
    #expect(
      try fields(Self.claude, high)
        == #"{"thinking":{"type":"enabled","budget_tokens":24576}} - {"maxTokens":64000} ~reasoning"#)
    #expect(
      try fields("anthropic.claude-opus-4-7", high)
        == #"{"thinking":{"type":"adaptive","display":"summarized"}} {"effort":"high"} {"maxTokens":128000}"#)
    #expect(try fields("openai.gpt-oss-120b-1:0", high) == #"{"reasoning_effort":"high"} - -"#)
    #expect(try fields("amazon.nova-lite-v1:0", high) == "- - - !reasoning")
    let topK = { (asked: inout Conversation) in asked.sampling.topK = 9 }
    #expect(try fields(Self.claude, topK) == #"{"top_k":9} - {"maxTokens":64000}"#)
    #expect(try fields("us.amazon.nova-lite-v1:0", topK) == #"{"inferenceConfig":{"topK":9}} - -"#)
    #expect(try fields("meta.llama4-scout-17b-instruct-v1:0", topK) == "- - - !topK")
  }

  @Test func whoAsksStandsInTheMetadata() throws {
    var asked = conversation([hello])
    asked.user = "user-7"
    asked.metadata = [("team", "a")]
    #expect(try write(asked).body["requestMetadata"] == ["team": "a", "user": "user-7"])
    asked.user = "größe"
    asked.metadata = [("team", "é")]
    let (body, losses) = try write(asked)
    #expect(body["requestMetadata"] == nil)
    #expect(losses.dropped == [.user, .metadata])
  }

  @Test func thinkingOfClaudeGoesToClaudeAlone() throws {
    let turns = [
      hello,
      Message(
        .assistant,
        [
          Part(.thinking(Thinking("hm", signature: Signature("s", of: .claude)))),
          Part(.thinking(Thinking("", signature: Signature("ZA==", of: .claude), isRedacted: true))), .text("so"),
        ]), Message(.user, [.text("and?")]),
    ]
    #expect(
      try write(conversation(turns)).body["messages"]?[1]?["content"] == [
        ["reasoningContent": ["reasoningText": ["text": "hm", "signature": "s"]]],
        ["reasoningContent": ["redactedContent": "ZA=="]], ["text": "so"],
      ])
    #expect(
      try write(conversation(turns, model: "amazon.nova-pro-v1:0")).body["messages"]?[1]?["content"] == [["text": "so"]]
    )
  }

  @Test func whatIsReadHasItsPlaceInTheConversation() throws {
    let read = try BedrockConverse.conversation(
      from: ByteSlice(
        #"""
        {"messages":[{"role":"user","content":[{"text":"hi"},{"video":{"format":"mp4"}},
        {"image":{"format":"png","source":{"s3Location":{"uri":"s3://a/b"}}}}]},
        {"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"f","input":{}}}]},
        {"role":"user","content":[{"toolResult":{"toolUseId":"a","content":[{"json":{"n":1}}],"status":"error"}}]}],
        "guardrailConfig":{"guardrailIdentifier":"g"},"performanceConfig":{"latency":"optimized"},"serviceTier":{"type":"flex"},
        "additionalModelRequestFields":{"top_k":3,"anthropic_beta":["a"],"foo":1,
        "reasoning_config":{"type":"enabled","budget_tokens":2048}},
        "outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\"}"}}}}}
        """#), model: ModelName("m"), streams: true)
    #expect(read.messages[0].parts == [.text("hi")])
    #expect(
      read.messages[2].parts == [
        Part(.toolResult(ToolResult(id: "a", parts: [.text(#"{"n":1}"#)], isError: true)))
      ])
    #expect(read.sampling.topK == 3)
    #expect(read.reasoning == Reasoning(.budget(2_048), isShown: true))
    #expect(read.serviceTier == "flex")
    #expect(read.format == .schema(AnswerSchema(name: "answer", schema: ["type": "object"], isStrict: true)))
    #expect(read.hints == ["additionalModelRequestFields.anthropic_beta"])
    #expect(
      read.untranslatable == [
        "messages[].content[].video", "messages[].content[].image.source.s3Location",
        "additionalModelRequestFields.foo", "performanceConfig.latency", "guardrailConfig",
      ])
  }

  @Test func anEffortForAProfileOfOnesOwnIsLetGoByName() throws {
    for name in ["application-inference-profile/x", "application-inference-profile.x", "provisioned-model/y"] {
      var asked = conversation([hello], model: "arn:aws:bedrock:us-east-1:1:\(name)")
      for extent in [Reasoning.Extent.effort(.xhigh), .automatic, .budget(2_000)] {
        asked.reasoning = Reasoning(extent, isShown: true)
        let (body, losses) = try write(asked)
        #expect(body["additionalModelRequestFields"] == nil)
        #expect(losses.dropped == [] && losses.approximated == [.reasoning])
      }
    }
    var claude = conversation(
      [hello], model: "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-8")
    claude.reasoning = Reasoning(.effort(.high), isShown: true)
    #expect(try write(claude).body["outputConfig"]?["effort"]?.string == "high")
  }

  @Test func novasSecondGenerationThinksInItsOwnWords() throws {
    var asked = conversation([hello], model: "us.amazon.nova-2-lite-v1:0")
    asked.reasoning = Reasoning(.effort(.high), isShown: true)
    let config = try write(asked).body["additionalModelRequestFields"]?["reasoningConfig"]
    #expect(config == ["type": "enabled", "maxReasoningEffort": "high"])
    // Beside a bound the highest is refused.
    asked.sampling.outputMax = 100
    let bounded = try write(asked)
    #expect(
      bounded.body["additionalModelRequestFields"]?["reasoningConfig"]?["maxReasoningEffort"]?.string == "medium")
    #expect(bounded.losses.approximated == [.reasoning])
    asked.model = "amazon.nova-lite-v1:0"
    #expect(try write(asked).losses.dropped == [.reasoning])
    let read = try BedrockConverse.conversation(
      from: ByteSlice(
        #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"additionalModelRequestFields":{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"low"}}}"#
      ), model: ModelName("m"), streams: false)
    #expect(read.reasoning?.extent == .effort(.low) && read.untranslatable == [])
  }

  @Test func novaIsMarkedBehindTextsAlone() throws {
    let result = Part(.toolResult(ToolResult(id: "a", parts: [.text("1")])), cache: CacheMarker(.oneHour))
    var asked = conversation(
      [
        Message(.system, [Part(.text("S"), cache: CacheMarker(.oneHour))]), hello,
        Message(.assistant, [Part(.toolUse(ToolUse(id: "a", name: "f", arguments: "{}")))]), Message(.user, [result]),
      ], model: "amazon.nova-pro-v1:0")
    asked.tools = [Tool(name: "f", cache: CacheMarker())]
    let nova = try write(asked)
    #expect(nova.body["system"]?[1] == ["cachePoint": ["type": "default"]])
    #expect(nova.body["messages"]?[2]?["content"]?.count == 1 && nova.body["toolConfig"]?["tools"]?.count == 1)
    #expect(nova.losses.approximated == [.cacheMarker])
    asked.model = "meta.llama3-1-70b-instruct-v1:0"
    #expect(!(try write(asked).body.text.contains("cachePoint")))
    asked.model = Self.claude
    #expect(try write(asked).body["toolConfig"]?["tools"]?.count == 2)
  }

  @Test func aStrictToolWhoseSchemaCannotBeHeldToIsOnlyShown() throws {
    var asked = conversation([hello])
    let open: JSONValue = ["type": "object", "additionalProperties": ["type": "string"]]
    asked.tools = [Tool(name: "f", parameters: open, isStrict: true)]
    let (body, losses) = try write(asked)
    let spec = body["toolConfig"]?["tools"]?[0]?["toolSpec"]
    #expect(spec?["strict"] == nil && spec?["inputSchema"]?["json"] == open)
    #expect(losses.approximated == [.strictTools] && losses.dropped == [])
    asked.tools = []
    asked.format = .schema(AnswerSchema(name: "n", schema: open, isStrict: true))
    #expect(try write(asked).losses.dropped == [.schema])
  }

  @Test func identifiersThatAreTooLongOrOddNeverMeet() throws {
    let long = String(repeating: "x", count: 70)
    let ids = [long + "a", long + "b", "f.g:0", "f_g_0", "é"].map { BedrockBlock.identifier($0) }
    #expect(Set(ids).count == 5 && ids.allSatisfy { $0.utf8.count <= 64 })
    #expect(BedrockBlock.identifier("tooluse_1-2") == "tooluse_1-2")
  }
}
