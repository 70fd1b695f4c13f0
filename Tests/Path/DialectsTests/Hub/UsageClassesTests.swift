// UsageClassesTests: what a reply used, told to every agent in every class of tokens that its dialect has a place for.

import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Dialects
@testable import Hub

@Suite struct UsageClassesTests {
  private var all: Usage {
    var usage = Usage()
    usage.input = TokenCount(100)
    usage.output = TokenCount(50)
    usage.cachedInput = TokenCount(20)
    usage.cacheCreationInput = TokenCount(30)
    usage.longCacheCreationInput = TokenCount(10)
    usage.reasoning = TokenCount(15)
    usage.audioInput = TokenCount(5)
    usage.audioOutput = TokenCount(4)
    return usage
  }

  /// The places of a dialect, as texts, and what stands there.
  private static let places: [(Dialect, [String: Int64])] = [
    (
      .openAI,
      [
        "prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150, "cached_tokens": 20,
        "cache_write_tokens": 30, "ttl_12h_tokens": 10, "reasoning_tokens": 15,
      ]
    ),
    (
      .responses,
      [
        "input_tokens": 100, "output_tokens": 50, "total_tokens": 150, "cached_tokens": 20, "cache_write_tokens": 30,
        "ttl_12h_tokens": 10, "reasoning_tokens": 15,
      ]
    ),
    (
      .anthropic,
      [
        "input_tokens": 50, "output_tokens": 50, "cache_read_input_tokens": 20, "cache_creation_input_tokens": 30,
        "ephemeral_1h_input_tokens": 10, "ephemeral_5m_input_tokens": 20, "thinking_tokens": 15,
      ]
    ),
    (
      .gemini,
      [
        "promptTokenCount": 100, "cachedContentTokenCount": 20, "candidatesTokenCount": 35, "thoughtsTokenCount": 15,
        "totalTokenCount": 150,
      ]
    ),
    (
      .bedrock,
      [
        "inputTokens": 50, "outputTokens": 50, "totalTokens": 150, "cacheReadInputTokens": 20,
        "cacheWriteInputTokens": 30,
      ]
    ),
    (.cohere, ["input_tokens": 100, "output_tokens": 50, "cached_tokens": 20]),
  ]

  @Test(arguments: places) func everyClassWithAPlaceIsTold(agent: Dialect, places: [String: Int64]) throws {
    let spoke = try #require(agent.spoke)
    let answer = Answer(id: "r", model: "m", choices: [AnswerChoice([.text("a")], .stop)], usage: all)
    let whole = String(spoke.body(of: answer, to: Conversation(model: "m")).span)
    let streamed = String(
      written(
        [
          .began(AnswerStart(id: "r", model: "m")), .choiceFinished(.stop, stopSequence: nil, choice: 0),
          .usageReported(all), .ended,
        ], by: spoke.writer(for: Conversation(model: "m"))
      ).span)
    for (name, count) in places {
      #expect(whole.contains("\"\(name)\":\(count)"), "\(agent) \(name)")
      #expect(streamed.contains("\"\(name)\":\(count)"), "\(agent) \(name), streamed")
    }
  }
}
