import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Anthropic
@testable import Dialects
@testable import Hub

@Suite struct AnthropicRequestTests {
  private func write(_ conversation: Conversation) throws -> (body: JSONValue, losses: Losses) {
    var losses = Losses()
    let body = AnthropicMessages.body(of: conversation, losses: &losses)
    return (try JSONValue.parse(body.span, rejectingDuplicates: true), losses)
  }

  private func conversation(_ messages: [Message], model: String = "claude-sonnet-4-5") -> Conversation {
    Conversation(model: model, messages: messages)
  }

  private let hello = Message(.user, [.text("hi")])

  @Test(arguments: ["claude-opus-4-6", "claude-sonnet-4-5"])
  func whatAnthropicCanSaySurvivesTheWayThere(model: String) throws {
    var generator = ConversationGenerator(
      seed: 21,
      without: [
        .frequencyPenalty, .presencePenalty, .seed, .choices, .logprobs, .format, .messageName, .imageDetail, .audio,
        .metadata, .serviceTier, .toolSignature, .reasoning, .topK,
      ], signatures: .claude)
    generator.hasNeighbouringTexts = true
    for _ in 0..<1_000 {
      var conversation = generator.conversation()
      conversation.model = model
      conversation.sampling.outputMax = 8_000
      // Calls in the past must have tools, and texts that end an answer cannot be blank.
      if conversation.tools.isEmpty { conversation.tools = [Tool(name: "search", parameters: ["type": "object"])] }
      conversation.sampling.stop.removeAll { $0.isBlank }
      if conversation.allowsParallelTools == false {
        // One goes with the other.
        conversation.toolChoice = conversation.toolChoice == ToolChoice.none ? .auto : conversation.toolChoice ?? .auto
      }
      var losses = Losses()
      let body = AnthropicMessages.body(of: conversation, losses: &losses)
      #expect(losses == Losses())
      let read = try AnthropicMessages.conversation(
        from: body, model: ModelName(model), streams: conversation.streams)
      #expect(read == conversation, "\(String(body.span))")
      if read != conversation { break }
    }
  }

  @Test func aMissingBoundIsTheModelsMaximumAndNeverZero() throws {
    for (model, most) in [
      ("claude-opus-4-6", 128_000), ("claude-sonnet-4-5-20250929", 64_000), ("claude-haiku-4-5", 64_000),
      ("claude-opus-4-1-20250805", 32_000), ("claude-opus-4@20250514", 32_000), ("claude-3-7-sonnet-20250219", 64_000),
      ("claude-3-5-haiku-latest", 8_192), ("claude-3-haiku-20240307", 4_096), ("claude-sonnet-5", 128_000),
      ("claude-mythos-preview", 128_000), ("us.anthropic.claude-sonnet-4-20250514-v1:0", 64_000), ("MiniMax-M2", 8_192),
    ] {
      #expect(try write(conversation([hello], model: model)).body["max_tokens"] == .integer(Int64(most)), "\(model)")
    }
  }

  @Test func resultsInARowAreOneTurnAndComeBeforeText() throws {
    let call = { (id: String) in Part(.toolUse(ToolUse(id: id, name: "f", arguments: ""))) }
    let result = { (id: String) in Part(.toolResult(ToolResult(id: id, parts: [.text("r")]))) }
    let (body, losses) = try write(
      conversation([
        hello, Message(.assistant, [call("a"), call("b")]), Message(.user, [result("a")]),
        Message(.user, [.text("and?")]), Message(.user, [result("b")]),
      ]))
    #expect(losses.dropped == [])
    // Calls without tools would be refused; nobody asked for more of them.
    #expect(body["tools"] == [["name": "f", "input_schema": ["type": "object", "properties": .object([])]]])
    #expect(body["tool_choice"] == ["type": "none"])
    #expect(losses.approximated == [.tools])
    #expect(
      body["messages"]?[1]?["content"]
        == [
          ["type": "tool_use", "id": "a", "name": "f", "input": .object([])],
          ["type": "tool_use", "id": "b", "name": "f", "input": .object([])],
        ])
    #expect(
      body["messages"]?[2] == [
        "role": "user",
        "content": [
          ["type": "tool_result", "tool_use_id": "a", "content": "r"],
          ["type": "tool_result", "tool_use_id": "b", "content": "r"], ["type": "text", "text": "and?"],
        ],
      ])
    #expect(body["messages"]?.count == 3)
  }

  @Test func instructionsAreGatheredFromAnywhere() throws {
    let (body, losses) = try write(
      conversation([
        Message(.system, [.text("one")]), hello, Message(.developer, [.text("two")]), Message(.user, [.text("there")]),
      ]))
    #expect(body["system"] == [["type": "text", "text": "one"], ["type": "text", "text": "two"]])
    #expect(
      body["messages"] == [
        ["role": "user", "content": [["type": "text", "text": "hi"], ["type": "text", "text": "there"]]]
      ])
    #expect(losses.approximated == [.systemMessage])
    let alone = try write(conversation([Message(.system, [.text("one")])]))
    #expect(alone.body["system"] == nil)
    #expect(alone.body["messages"] == [["role": "user", "content": "one"]])
    #expect(alone.losses.approximated == [.systemMessage])
  }

  @Test func onlyThinkingThatAnthropicsModelsSignedGoesBack() throws {
    let foreign = Signature("x", of: .openAI)
    let (body, losses) = try write(
      conversation([
        hello,
        Message(
          .assistant,
          [
            Part(.thinking(Thinking("no", signature: foreign))), Part(.thinking(Thinking("no"))),
            Part(.thinking(Thinking("yes", signature: Signature("s", of: .claude)))),
            Part(.thinking(Thinking("", signature: Signature("d", of: .claude), isRedacted: true))), .text(""),
          ]), Message(.user, [.text("so?")]),
      ]))
    #expect(losses == Losses())
    #expect(
      body["messages"]?[1]?["content"] == [
        ["type": "thinking", "thinking": "yes", "signature": "s"], ["type": "redacted_thinking", "data": "d"],
      ])
    let empty = try write(
      conversation([hello, Message(.assistant, [Part(.thinking(Thinking("no")))]), Message(.user, [.text("so?")])]))
    #expect(empty.body["messages"]?.count == 1, "what is left has one role")
  }

  @Test func thinkingIsAskedForInTheWordsOfTheModel() throws {
    func thinking(
      _ extent: Reasoning.Extent, _ model: String, isShown: Bool = true, outputMax: Int64? = nil,
      choice: ToolChoice? = nil, messages: [Message]? = nil
    ) throws -> String {
      var asked = conversation(messages ?? [hello], model: model)
      asked.reasoning = Reasoning(extent, isShown: isShown)
      asked.sampling.outputMax = outputMax
      asked.tools = [Tool(name: "f")]
      asked.toolChoice = choice
      let (body, losses) = try write(asked)
      let said = [body["thinking"], body["output_config"]].map { $0?.text ?? "-" }.joined(separator: " ")
      return said + losses.approximated.map { " ~\($0)" }.joined() + losses.dropped.map { " !\($0)" }.joined()
    }
    #expect(try thinking(.budget(2_000), "claude-sonnet-4-5") == #"{"type":"enabled","budget_tokens":2000} -"#)
    #expect(
      try thinking(.budget(2_000), "claude-sonnet-4-5", isShown: false)
        == #"{"type":"enabled","budget_tokens":2000,"display":"omitted"} -"#)
    #expect(
      try thinking(.effort(.medium), "claude-sonnet-4-5") == #"{"type":"enabled","budget_tokens":8192} - ~reasoning"#)
    #expect(
      try thinking(.effort(.high), "claude-sonnet-4-5", outputMax: 10_000)
        == #"{"type":"enabled","budget_tokens":5000} - ~reasoning"#)
    #expect(try thinking(.effort(.low), "claude-sonnet-4-5", outputMax: 2_000) == #"{"type":"disabled"} - ~reasoning"#)
    #expect(
      try thinking(.budget(2_000), "claude-sonnet-4-5", choice: .required) == #"{"type":"disabled"} - ~reasoning"#)
    #expect(
      try thinking(.effort(.high), "claude-opus-4-7")
        == #"{"type":"adaptive","display":"summarized"} {"effort":"high"}"#)
    #expect(
      try thinking(.effort(.minimal), "claude-opus-4-7", isShown: false)
        == #"{"type":"adaptive","display":"omitted"} {"effort":"low"} ~reasoning"#)
    #expect(
      try thinking(.budget(9_000), "claude-opus-4-7")
        == #"{"type":"adaptive","display":"summarized"} {"effort":"medium"} ~reasoning"#)
    #expect(try thinking(.automatic, "claude-opus-4-7") == #"{"type":"adaptive","display":"summarized"} -"#)
    #expect(try thinking(.off, "claude-opus-4-7") == #"{"type":"disabled"} -"#)
    #expect(try thinking(.off, "claude-3-5-haiku") == "- -")
    #expect(try thinking(.effort(.low), "claude-3-5-haiku") == "- - !reasoning")
    // An agent that cannot keep thinking gives results of calls without it.
    let call = Part(.toolUse(ToolUse(id: "a", name: "f", arguments: "{}")))
    let result = Message(.user, [Part(.toolResult(ToolResult(id: "a", parts: [])))])
    #expect(
      try thinking(.budget(2_000), "claude-sonnet-4-5", messages: [hello, Message(.assistant, [call]), result])
        == #"{"type":"disabled"} - ~reasoning"#)
    let thought = Part(.thinking(Thinking("hm", signature: Signature("s", of: .claude))))
    #expect(
      try thinking(
        .budget(2_000), "claude-sonnet-4-5", messages: [hello, Message(.assistant, [thought, call]), result])
        == #"{"type":"enabled","budget_tokens":2000} -"#)
  }

  @Test func whatAnthropicHasNoWordForIsPutDown() throws {
    var asked = conversation([
      Message(
        .user,
        [
          Part(.audio(Media(.base64("aGk="), mediaType: "audio/wav"))), Part(.image(Media(.file("file-1")))),
          Part(.image(Media(.url("https://a.example/b.png"), detail: "high"))), .text("hi"),
        ], name: "ann")
    ])
    asked.sampling.frequencyPenalty = 1
    asked.sampling.presencePenalty = 1
    asked.sampling.seed = 1
    asked.sampling.choices = 2
    asked.sampling.logprobs = 0
    asked.sampling.temperature = 1.5
    asked.sampling.stop = ["\n\n", "END"]
    asked.format = .json
    asked.metadata = [("a", "b")]
    asked.serviceTier = "flex"
    let (body, losses) = try write(asked)
    #expect(
      losses.dropped == [
        .audio, .file, .messageName, .frequencyPenalty, .presencePenalty, .seed, .choices, .logprobs, .stop, .format,
        .metadata,
      ])
    #expect(body["stop_sequences"] == ["END"])
    #expect(losses.approximated == [.imageDetail, .temperature, .serviceTier])
    #expect(body["temperature"] == 1)
    #expect(
      body["messages"]?[0]?["content"]?[0] == [
        "type": "image", "source": ["type": "url", "url": "https://a.example/b.png"],
      ])
    asked.model = "claude-opus-4-7"
    asked.sampling.topK = 3
    #expect(try write(asked).losses.dropped.isSuperset(of: [.temperature, .topK]), "later models refuse them")
  }

  @Test func identifiersAndArgumentsAreMadeAcceptable() throws {
    let (body, _) = try write(
      conversation([
        hello, Message(.assistant, [Part(.toolUse(ToolUse(id: "functions.f:0", name: "f", arguments: #"{"a":"#)))]),
        Message(.user, [Part(.toolResult(ToolResult(id: "functions.f:0", parts: [], isError: true)))]),
      ]))
    let id = body["messages"]?[1]?["content"]?[0]?["id"]?.string ?? ""
    #expect(id.hasPrefix("functions_f_0_") && id == AnthropicBlock.identifier("functions.f:0"))
    #expect(
      body["messages"]?[1]?["content"]?[0] == [
        "type": "tool_use", "id": .string(id), "name": "f", "input": ["arguments": #"{"a":"#],
      ])
    #expect(
      body["messages"]?[2]?["content"]?[0] == [
        "type": "tool_result", "tool_use_id": .string(id), "is_error": true,
      ])
  }

  @Test func toolsAndSchemasAreWhatAnthropicWants() throws {
    var asked = conversation([hello])
    asked.tools = [
      Tool(name: "a"), Tool(name: "b", parameters: ["properties": ["x": ["type": "string"]]], isStrict: true),
    ]
    asked.allowsParallelTools = false
    asked.format = .schema(AnswerSchema(name: "n", schema: ["type": "string"], isStrict: false))
    let (body, losses) = try write(asked)
    #expect(
      body["tools"] == [
        ["name": "a", "input_schema": ["type": "object", "properties": .object([])]],
        [
          "name": "b",
          "input_schema": [
            "type": "object", "properties": ["x": ["type": "string"]], "additionalProperties": false,
          ], "strict": true,
        ],
      ])
    #expect(body["tool_choice"] == ["type": "auto", "disable_parallel_tool_use": true])
    #expect(body["output_config"] == ["format": ["type": "json_schema", "schema": ["type": "string"]]])
    #expect(losses.approximated == [.schema])
    asked.model = "claude-sonnet-4-20250514"
    #expect(try write(asked).losses.dropped == [.schema, .strictTools])
  }
}
