import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Cohere
@testable import Dialects
@testable import Hub

@Suite struct CohereAnswerTests {
  private func read(_ body: String) throws(ShapeFault) -> Answer { try CohereChat.answer(from: ByteSlice(body)) }

  @Test func anAnswerSurvivesTheWayToAnAgentAndBack() throws {
    var generator = ConversationGenerator(seed: 6, signatures: .claude)
    for _ in 0..<1_000 {
      var answer = generator.answer()
      answer.model = ""
      // Without a call, Cohere says all that it thought before all that it said.
      let read = try CohereChat.answer(from: CohereChat.body(of: answer, to: Conversation(model: "m")))
      #expect(read == answer)
    }
  }

  @Test func whatIsBilledCounts() throws {
    let answer = try read(
      """
      {"id": "c", "finish_reason": "TOOL_CALL", "message": {"role": "assistant", "tool_plan": "I call.",
        "content": [{"type": "thinking", "thinking": "hm"}],
        "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
       "usage": {"billed_units": {"input_tokens": 5.0, "output_tokens": 6},
         "tokens": {"input_tokens": 500, "output_tokens": 60}, "cached_tokens": 4}}
      """)
    let call = Part(.toolUse(ToolUse(id: "1", name: "f", arguments: "{}")))
    #expect(
      answer.choices == [AnswerChoice([Part(.thinking(Thinking("hm"))), .text("I call."), call], .toolUse)])
    #expect(answer.usage == Usage(input: TokenCount(5), output: TokenCount(6), cachedInput: TokenCount(4)))
  }

  @Test func citationsNameTheirDocument() throws {
    let answer = try read(
      """
      {"id": "c", "finish_reason": "COMPLETE", "message": {"content": [{"type": "text", "text": "so it is"}],
        "citations": [{"start": 0, "end": 2, "text": "so", "sources": [{"type": "document", "id": "doc:1",
          "document": {"title": "T"}}, {"type": "tool", "id": "f:0"}]}]}}
      """)
    let first = answer.choices[0].parts[0].citations[0]
    #expect(first.document == 1)
    #expect(first.title == "T")
    #expect(first.text == "so")
    #expect(answer.choices[0].parts[0].citations.count == 2)
  }

  @Test func anAnswerThatFailedIsNone() throws {
    func message(_ body: String) -> String {
      do throws(ShapeFault) { return "accepted: \(try read(body))" } catch { return error.message }
    }
    let failed = try read(#"{"id": "c", "finish_reason": "ERROR", "message": {}}"#)
    #expect(failed.failure?.message == "The provider broke off its answer: ERROR.")
    #expect(message("{}") == "message is missing")
    #expect(
      message(#"{"message": {"tool_calls": [{"function": {"name": "f"}}]}}"#) == "message.tool_calls[0].id is missing")
  }

  @Test func logprobsAreOpenAIsInTheHub() throws {
    let answer = try read(
      """
      {"id": "c", "message": {"content": [{"type": "text", "text": "a"}]},
       "logprobs": [{"text": "ab", "token_ids": [1, 2], "logprobs": [-0.5, -0.25]}]}
      """)
    #expect(
      answer.choices[0].logprobs == [
        "content": [["token": "ab", "logprob": .double(-0.75), "bytes": [97, 98], "top_logprobs": []]],
        "refusal": .null,
      ])
  }

  @Test func aCallsSignatureHasAPartOfItsOwn() throws {
    let use = ToolUse(id: "1", name: "f", arguments: "{}", signature: Signature("YQ==", of: .gemini))
    let answer = Answer(id: "c", model: "m", choices: [AnswerChoice([Part(.toolUse(use))], .toolUse)])
    let body = try JSONValue.parse(CohereChat.body(of: answer, to: Conversation(model: "m")).span)
    #expect(
      body["message"]?["content"] == [["type": "thinking", "thinking": "", "signature": "gemini:YQ=="]])
    let next: JSONValue = ["messages": .array([.object(body["message"]!.members!)])]
    let read = try CohereChat.conversation(
      from: ByteSlice(next.text), model: ModelName("m"), streams: false)
    #expect(read.messages[0].parts == [Part(.toolUse(use))])
  }
}
