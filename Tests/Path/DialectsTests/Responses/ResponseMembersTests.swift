// ResponseMembersTests: a response has every member of OpenAI's, and repeats what it was asked.

import Bytes
import Conversation
import Exchange
import Hub
import JSON
import Testing

@testable import Responses

@Suite struct ResponseMembersTests {
  @Test func aResponseRepeatsWhatItWasAskedAndHasEveryMemberOfOpenAIs() throws {
    let usual = try response(to: #"{"model":"m","input":"hi"}"#)
    for name in [
      "background", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "parallel_tool_calls",
      "previous_response_id", "prompt_cache_key", "reasoning", "safety_identifier", "service_tier", "store",
      "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "user", "usage", "error",
      "incomplete_details", "status", "output", "object", "created_at", "id", "model",
    ] { #expect(usual[name] != nil, "\(name)") }
    #expect(usual["temperature"]?.double == 1 && usual["truncation"] == "disabled" && usual["tools"] == [])
    let tool = #"{"type":"function","name":"f","parameters":{"type":"object"},"strict":false}"#
    let asked = try response(
      to: #"""
        {"model":"m","input":"hi","instructions":"Be brief.","temperature":0.5,"metadata":{"a":"b"},"tools":[\#(tool)],
        "tool_choice":"required","reasoning":{"effort":"low"},"user":"u","max_output_tokens":9,"parallel_tool_calls":false}
        """#)
    #expect(asked["instructions"] == "Be brief." && asked["temperature"]?.double == 0.5 && asked["user"] == "u")
    #expect(asked["metadata"] == ["a": "b"] && asked["tool_choice"] == "required" && asked["max_output_tokens"] == 9)
    #expect(asked["tools"]?[0]?["name"] == "f" && asked["parallel_tool_calls"] == false)
    #expect(asked["reasoning"] == ["effort": "low", "summary": .null])
    #expect(asked["text"] == ["format": ["type": "text"], "verbosity": "medium"])
    #expect(asked["input"] == nil)
  }

  private func response(to request: String) throws -> JSONValue {
    let asked = try OpenAIResponses.conversation(from: ByteSlice(request), model: ModelName("m"), streams: false)
    let answer = Answer(id: "r", model: "m", choices: [AnswerChoice([.text("a")], .stop)])
    return try JSONValue.parse(OpenAIResponses.body(of: answer, to: asked).span)
  }
}
