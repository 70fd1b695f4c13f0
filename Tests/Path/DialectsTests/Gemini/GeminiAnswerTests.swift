import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Dialects
@testable import Gemini
@testable import Hub

@Suite struct GeminiAnswerTests {
  private func read(_ body: String) throws(ShapeFault) -> Answer { try GeminiContent.answer(from: ByteSlice(body)) }

  @Test func anAnswerSurvivesTheWayToAnAgentAndBack() throws {
    for origin in [Signature.Origin.gemini, .claude] {
      var generator = ConversationGenerator(seed: 5, signatures: origin)
      for _ in 0..<1_000 {
        let answer = generator.answer()
        let body = GeminiContent.body(of: answer, to: Conversation(model: "m"))
        var read = try GeminiContent.answer(from: body)
        #expect(read.usage?.reportedTotal == answer.usage?.total)
        read.usage?.reportedTotal = nil
        #expect(read == answer)
      }
    }
  }

  @Test func thoughtsAreOutputAndResultsOfGooglesToolsInput() throws {
    let answer = try read(
      """
      {"candidates": [{"content": {"parts": [{"text": "hm", "thought": true}, {"text": "a"}, {"text": "b"}]},
        "finishReason": "MAX_TOKENS"}], "modelVersion": "gemini-x", "responseId": "r",
       "usageMetadata": {"promptTokenCount": 10, "toolUsePromptTokenCount": 5, "cachedContentTokenCount": 4,
         "candidatesTokenCount": 3, "thoughtsTokenCount": 2, "totalTokenCount": 20,
         "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 9}, {"modality": "AUDIO", "tokenCount": 1}]}}
      """)
    #expect(answer.choices == [AnswerChoice([Part(.thinking(Thinking("hm"))), .text("ab")], .length)])
    var usage = Usage(
      input: TokenCount(15), output: TokenCount(5), reportedTotal: TokenCount(20), cachedInput: TokenCount(4),
      reasoning: TokenCount(2))
    usage.audioInput = TokenCount(1)
    #expect(answer.usage == usage)
    let written = try JSONValue.parse(GeminiContent.body(of: answer, to: Conversation(model: "m")).span)
    #expect(
      written["usageMetadata"] == [
        "promptTokenCount": 15, "cachedContentTokenCount": 4, "candidatesTokenCount": 3, "thoughtsTokenCount": 2,
        "totalTokenCount": 20,
        "promptTokensDetails": [
          ["modality": "TEXT", "tokenCount": 14], ["modality": "AUDIO", "tokenCount": 1],
        ],
      ])
  }

  @Test func callsWithoutIdentifiersGetSomeThatNoOtherReplyHas() throws {
    func call(_ reply: String) throws -> [Part] {
      try read(
        """
        {"candidates": [{"content": {"parts": [{"functionCall": {"name": "f"}, "thoughtSignature": "YWJj"},
          {"functionCall": {"name": "f", "args": {"a": 1}}}, {"functionCall": {"id": "own", "name": "g"}}]},
          "finishReason": "STOP"}], "responseId": "\(reply)"}
        """
      ).choices[0].parts
    }
    #expect(
      try call("a/b-c") == [
        Part(
          .toolUse(
            ToolUse(
              id: "call_gemini_ab-c_0", name: "f", arguments: "{}", signature: Signature("YWJj", of: .gemini)))),
        Part(.toolUse(ToolUse(id: "call_gemini_ab-c_1", name: "f", arguments: #"{"a":1}"#))),
        Part(.toolUse(ToolUse(id: "own", name: "g", arguments: "{}"))),
      ])
    let long = String(repeating: "x", count: 200)
    guard case .toolUse(let use) = try call(long)[1].content else { return #expect(Bool(false)) }
    #expect(use.id.utf8.count <= 64)
  }

  @Test func aCallEndsATurnForToolsWhateverTheReasonSays() throws {
    func finish(_ reason: String, _ part: String) throws -> FinishReason {
      try read(#"{"candidates": [{"content": {"parts": [\#(part)]}, "finishReason": "\#(reason)"}]}"#).choices[0].finish
    }
    let call = #"{"functionCall": {"name": "f"}}"#
    #expect(try finish("STOP", call) == .toolUse)
    #expect(try finish("STOP", #"{"text": "x"}"#) == .stop)
    #expect(try finish("NEVER_HEARD_OF", #"{"text": "x"}"#) == .stop)
    #expect(try finish("MAX_TOKENS", call) == .length)
    #expect(try finish("RECITATION", #"{"text": "x"}"#) == .contentFilter)
  }

  @Test func aBlockedPromptIsAnAnswerThatWasFiltered() throws {
    #expect(
      try read(#"{"promptFeedback": {"blockReason": "SAFETY"}}"#).choices == [AnswerChoice([], .contentFilter)])
    #expect(throws: ShapeFault(path: "candidates", problem: "is missing")) { try read("{}") }
  }

  @Test func citationsAreCountedInCharactersHereAndInBytesThere() throws {
    let body = """
      {"candidates": [{"content": {"parts": [{"text": "Größe zählt"}]}, "finishReason": "STOP", "citationMetadata":
        {"citationSources": [{"startIndex": 8, "endIndex": 14, "uri": "https://a.example"}]}}]}
      """
    let answer = try read(body)
    var citation = Citation()
    citation.url = "https://a.example"
    citation.start = 6
    citation.end = 11
    #expect(answer.choices[0].parts == [Part(.text("Größe zählt"), citations: [citation])])
    let written = try JSONValue.parse(GeminiContent.body(of: answer, to: Conversation(model: "m")).span)
    #expect(
      written["candidates"]?[0]?["citationMetadata"]
        == ["citationSources": [["startIndex": 8, "endIndex": 14, "uri": "https://a.example"]]])
  }

  @Test func logprobsAreOpenAIsInTheHub() throws {
    let result = """
      {"chosenCandidates": [{"token": "a", "logProbability": -0.5}],
       "topCandidates": [{"candidates": [{"token": "a", "logProbability": -0.5}, {"token": "b", "logProbability": -2.5}]}]}
      """
    let answer = try read(
      #"{"candidates": [{"content": {"parts": [{"text": "a"}]}, "logprobsResult": \#(result)}]}"#)
    let a: JSONValue = ["token": "a", "logprob": .double(-0.5), "bytes": [97]]
    let b: JSONValue = ["token": "b", "logprob": .double(-2.5), "bytes": [98]]
    #expect(
      answer.choices[0].logprobs == [
        "content": [
          ["token": "a", "logprob": .double(-0.5), "bytes": [97], "top_logprobs": .array([a, b])]
        ], "refusal": .null,
      ])
    let written = try JSONValue.parse(GeminiContent.body(of: answer, to: Conversation(model: "m")).span)
    #expect(try written["candidates"]?[0]?["logprobsResult"] == JSONValue.parse(ByteSlice(result).span))
  }

  @Test func faultsNameThePlace() {
    func message(_ body: String) -> String {
      do throws(ShapeFault) { return "accepted: \(try read(body))" } catch { return error.message }
    }
    #expect(message(#"{"candidates": 1}"#) == "candidates must be an array")
    #expect(message(#"{"candidates": [1]}"#) == "candidates[0] must be an object")
    #expect(
      message(#"{"candidates": [{"content": {"parts": [{"functionCall": {}}]}}]}"#)
        == "candidates[0].content.parts[0].functionCall.name is missing")
    #expect(
      message(#"{"candidates": [{"content": {"parts": [{"text": 1}]}}]}"#)
        == "candidates[0].content.parts[0].text must be a string")
  }
}
