import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Dialects
@testable import Gemini
@testable import Hub

@Suite struct GeminiConversationTests {
  private func read(_ body: String) throws(Fault) -> Conversation {
    try GeminiContent.conversation(from: ByteSlice(body), model: ModelName("m"), streams: false)
  }

  private func message(_ body: String) -> String {
    do throws(Fault) {
      return "accepted: \(try read(body).messages)"
    } catch {
      return "\(error.status) \(error.param ?? "-"): \(error.message)"
    }
  }

  @Test func bothSpellingsAndLoneObjectsAreRead() throws {
    let conversation = try read(
      """
      {"system_instruction": {"parts": {"text": "be kind"}}, "contents": {"parts": [{"text": "hi"}]},
       "generation_config": {"max_output_tokens": 5, "topK": 40.0, "stop_sequences": ["END"], "temperature": 1,
         "response_mime_type": "text/plain", "candidate_count": 2, "responseLogprobs": true, "logprobs": 3},
       "safetySettings": [], "labels": {"team": "a"}, "serviceTier": "PRIORITY", "store": true}
      """)
    #expect(conversation.messages == [Message(.system, [.text("be kind")]), Message(.user, [.text("hi")])])
    #expect(conversation.sampling.outputMax == 5)
    #expect(conversation.sampling.topK == 40)
    #expect(conversation.sampling.stop == ["END"])
    #expect(conversation.sampling.choices == 2)
    #expect(conversation.sampling.logprobs == 3)
    #expect(conversation.metadata.first?.value == "a")
    #expect(conversation.serviceTier == "priority")
    #expect(conversation.untranslatable == [])
    #expect(conversation.hints == ["store"])
  }

  @Test func whatNoOtherDialectHasAWordForIsNamedOnce() throws {
    let conversation = try read(
      """
      {"contents": [{"role": "user", "parts": [
          {"text": "a", "videoMetadata": {"fps": 1}}, {"text": "b", "video_metadata": {"fps": 1}},
          {"inlineData": {"mimeType": "video/mp4", "data": "aGk="}}, {"executableCode": {"code": "1"}}]}],
       "tools": [{"googleSearch": {}}], "cachedContent": "x", "safetySettings": [{"category": "x"}],
       "generationConfig": {"responseModalities": ["TEXT", "IMAGE"], "speechConfig": {}, "responseMimeType": "text/x.enum"}}
      """)
    #expect(
      conversation.untranslatable == [
        "contents[].parts[].videoMetadata", "contents[].parts[].video_metadata",
        "contents[].parts[].inlineData.mimeType", "contents[].parts[].executableCode",
        "generationConfig.responseMimeType", "generationConfig.responseModalities", "generationConfig.speechConfig",
        "cachedContent",
      ])
    #expect(conversation.hints == ["safetySettings"])
    #expect(conversation.webSearch == WebSearch())
  }

  @Test func callsWithoutIdentifiersAreGivenTheSameOnesInEveryTurn() throws {
    let call = #"{"functionCall": {"name": "look", "args": {}}}"#
    func answer(_ text: String) -> String {
      #"{"functionResponse": {"name": "look", "response": {"output": "\#(text)"}}}"#
    }
    let first = """
      {"role": "user", "parts": [{"text": "go"}]}, {"role": "model", "parts": [\(call), \(call)]},
      {"role": "user", "parts": [\(answer("one")), \(answer("two"))]}
      """
    let short = try read("{\"contents\": [\(first)]}")
    let long = try read("{\"contents\": [\(first), {\"role\": \"model\", \"parts\": [\(call)]}]}")
    let expected = [
      Message(
        .assistant,
        [
          Part(.toolUse(ToolUse(id: "call_gemini_0", name: "look", arguments: ""))),
          Part(.toolUse(ToolUse(id: "call_gemini_1", name: "look", arguments: ""))),
        ]),
      Message(
        .user,
        [
          Part(.toolResult(ToolResult(id: "call_gemini_0", parts: [.text("one")]))),
          Part(.toolResult(ToolResult(id: "call_gemini_1", parts: [.text("two")]))),
        ]),
    ]
    #expect(Array(short.messages[1...]) == expected)
    #expect(Array(long.messages[1...2]) == expected)
    #expect(
      long.messages[3].parts == [Part(.toolUse(ToolUse(id: "call_gemini_2", name: "look", arguments: "")))])
  }

  @Test func resultsFindTheirCallsInAnyOrder() throws {
    let conversation = try read(
      """
      {"contents": [{"role": "model", "parts": [{"functionCall": {"id": "a", "name": "f"}},
          {"functionCall": {"name": "g"}}]},
        {"role": "function", "parts": [{"functionResponse": {"name": "g", "response": {"result": 1}}}]},
        {"role": "function", "parts": [{"text": "and"}, {"functionResponse": {"id": "a", "name": "f",
            "response": {"error": "broken"}}}]}]}
      """)
    #expect(
      Array(conversation.messages[1...]) == [
        Message(.user, [Part(.toolResult(ToolResult(id: "call_gemini_1", parts: [.text(#"{"result":1}"#)])))]),
        Message(
          .user,
          [Part(.toolResult(ToolResult(id: "a", parts: [.text("broken")], isError: true))), .text("and")]),
      ])
  }

  @Test func resultsInSeveralContentsAreOneMessage() throws {
    let conversation = try read(
      """
      {"contents": [{"role": "model", "parts": [{"functionCall": {"name": "f"}}, {"functionCall": {"name": "g"}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "g", "response": {"output": "1"}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {}}}]}]}
      """)
    #expect(
      conversation.messages.last?.parts == [
        Part(.toolResult(ToolResult(id: "call_gemini_1", parts: [.text("1")]))),
        Part(.toolResult(ToolResult(id: "call_gemini_0", parts: []))),
      ])
  }

  @Test func signaturesAreReadWhereverTheyStand() throws {
    let claude = Base64.encoded("claude:sig=")
    let hidden = Base64.encoded("claude:redacted:data=")
    let conversation = try read(
      """
      {"contents": [{"role": "model", "parts": [{"text": "hm", "thought": true, "thoughtSignature": "\(claude)"},
        {"text": "", "thought": true, "thoughtSignature": "\(hidden)"}, {"text": "so", "thoughtSignature": "c2ln-_=="},
        {"functionCall": {"name": "f"}, "thoughtSignature": "YWJj"},
        {"functionCall": {"name": "f"}, "thoughtSignature": "skip_thought_signature_validator"}]}]}
      """)
    #expect(
      conversation.messages[0].parts == [
        Part(.thinking(Thinking("hm", signature: Signature("sig=", of: .claude)))),
        Part(.thinking(Thinking("", signature: Signature("data=", of: .claude), isRedacted: true))),
        .text("so"), .carrier(of: Signature("c2ln-_==", of: .gemini)),
        Part(
          .toolUse(
            ToolUse(id: "call_gemini_0", name: "f", arguments: "", signature: Signature("YWJj", of: .gemini)))),
        Part(.toolUse(ToolUse(id: "call_gemini_1", name: "f", arguments: ""))),
      ])
  }

  @Test func bytesAreReadInBothAlphabetsAndTexts() throws {
    let conversation = try read(
      """
      {"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "-_8"}},
        {"inline_data": {"mime_type": "text/plain", "data": "aGk="}},
        {"fileData": {"fileUri": "https://a.example/b.pdf", "mimeType": "application/pdf"}},
        {"fileData": {"fileUri": "gs://bucket/x", "mimeType": "audio/mp3"}}]}]}
      """)
    #expect(
      conversation.messages[0].parts == [
        Part(.image(Media(.base64("+/8="), mediaType: "image/png"))),
        Part(.document(Media(.text("hi"), mediaType: "text/plain"))),
        Part(.document(Media(.url("https://a.example/b.pdf"), mediaType: "application/pdf"))),
        Part(.audio(Media(.file("gs://bucket/x"), mediaType: "audio/mp3"))),
      ])
  }

  @Test func thinkingIsAskedForInWordsOrNumbers() throws {
    func reasoning(_ config: String) throws -> Reasoning? {
      try read(#"{"contents": [{"parts": [{"text": "a"}]}], "generationConfig": {"thinkingConfig": \#(config)}}"#)
        .reasoning
    }
    #expect(try reasoning("{}") == nil)
    #expect(try reasoning(#"{"includeThoughts": true}"#) == Reasoning(.automatic, isShown: true))
    #expect(try reasoning(#"{"thinkingBudget": 0}"#) == Reasoning(.off, isShown: false))
    #expect(try reasoning(#"{"thinkingBudget": -1}"#) == Reasoning(.automatic, isShown: false))
    #expect(try reasoning(#"{"thinking_budget": 100}"#) == Reasoning(.budget(100), isShown: false))
    #expect(try reasoning(#"{"thinkingLevel": "LOW"}"#) == Reasoning(.effort(.low), isShown: false))
  }

  @Test func toolsAndTheirChoiceAreRead() throws {
    let conversation = try read(
      """
      {"contents": [{"parts": [{"text": "a"}]}], "tools": [{"functionDeclarations": [{"name": "f", "parameters": {"type": "OBJECT",
          "properties": {"n": {"type": "INTEGER", "nullable": true, "minLength": "3"}}, "propertyOrdering": ["n"]}},
          {"name": "g", "description": "does g", "parametersJsonSchema": {"type": "object"},
           "response": {"type": "OBJECT"}}]}],
       "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["g"]}}}
      """)
    let schema: JSONValue = [
      "type": "object", "properties": ["n": ["type": ["integer", "null"], "minLength": 3]],
    ]
    #expect(
      conversation.tools == [
        Tool(name: "f", parameters: schema),
        Tool(name: "g", description: "does g", parameters: ["type": "object"]),
      ])
    #expect(conversation.toolChoice == .tool("g"))
    #expect(conversation.hints == ["tools[].functionDeclarations[].response"])
  }

  @Test func faultsNameThePlaceAndWhatToDo() {
    let cases = [
      ("[]", "400 -: The body must be an object."),
      (
        #"{"contents": [{"role": "system", "parts": []}]}"#,
        "400 contents[0].role: contents[0].role must be user or model."
      ),
      (#"{"contents": [{"role": "user"}]}"#, "400 contents[0].parts: contents[0].parts is missing."),
      (
        #"{"contents": [{"parts": [{}]}]}"#,
        "400 contents[0].parts[0]: contents[0].parts[0] holds no text, data, call or result."
      ),
      (
        #"{"contents": [{"parts": [{"functionResponse": {"name": "f"}}]}]}"#,
        "400 contents[0].parts[0].functionResponse: contents[0].parts[0].functionResponse answers no functionCall of "
          + "the turn before it."
      ),
      (
        #"{"contents": []}"#, "400 contents: contents must hold at least one content."
      ),
      (
        #"{"contents": [], "generationConfig": {"candidateCount": 9}}"#,
        "400 generationConfig.candidateCount: generationConfig.candidateCount must be at most 8."
      ),
      (
        #"{"contents": [], "generationConfig": {"thinkingConfig": {"thinkingLevel": "LOW", "thinkingBudget": 1}}}"#,
        "400 generationConfig.thinkingConfig.thinkingBudget: generationConfig.thinkingConfig.thinkingBudget is given "
          + "beside thinkingLevel."
      ),
      (
        #"{"contents": [], "generationConfig": {"topK": 1, "top_k": 2}}"#,
        "400 generationConfig.topK: generationConfig.topK is given twice."
      ),
    ]
    for (body, expected) in cases { #expect(message(body) == expected) }
  }
}
