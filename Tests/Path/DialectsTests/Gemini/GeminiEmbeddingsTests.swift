import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Dialects
@testable import Gemini
@testable import Hub

@Suite struct GeminiEmbeddingsTests {
  @Test func aBatchSurvivesTheWayThere() throws {
    var request = EmbeddingRequest(model: "gemini-embedding-001", inputs: [.text("a"), .text("b\nc")])
    request.dimensions = 256
    for purpose in EmbeddingRequest.Purpose.allCases {
      request.purpose = purpose
      var losses = Losses()
      let body = GeminiContent.body(of: request, losses: &losses)
      #expect(losses == Losses())
      #expect(try GeminiContent.embeddingRequest(from: body, model: ModelName("gemini-embedding-001")) == request)
    }
  }

  @Test func oneTextAloneGetsOneVector() throws {
    let request = try GeminiContent.embeddingRequest(
      from: ByteSlice(#"{"content": {"parts": {"text": "a"}}, "task_type": "SOMETHING_NEW", "title": "T"}"#),
      model: ModelName("m"))
    #expect(request.isLone)
    #expect(request.inputs == [.text("a")])
    #expect(request.untranslatable == ["taskType", "title"])
    let answer = EmbeddingAnswer(model: "m", vectors: [[0.5, 1]])
    #expect(
      String(GeminiContent.body(of: answer, to: request).span) == #"{"embedding":{"values":[0.5,1.0]}}"#)
  }

  @Test func anAnswerSurvivesTheWayToAnAgentAndBack() throws {
    let answer = EmbeddingAnswer(model: "m", vectors: [[0.5, 1], [-0.25, 0.1]], usage: Usage(input: TokenCount(7)))
    let body = GeminiContent.body(of: answer, to: EmbeddingRequest(model: "m", inputs: []))
    var read = try GeminiContent.embeddingAnswer(from: body, model: "m")
    read.usage?.reportedTotal = nil
    #expect(read == answer)
  }

  @Test func tokensAndUnlikePurposesCannotBeSaid() throws {
    var losses = Losses()
    _ = GeminiContent.body(of: EmbeddingRequest(model: "m", inputs: [.tokens([1])]), losses: &losses)
    #expect(losses.dropped == [.embeddingTokens])
    let part = #""content": {"parts": [{"text": "a"}]}"#
    let unlike = try GeminiContent.embeddingRequest(
      from: ByteSlice(#"{"requests": [{\#(part), "outputDimensionality": 1}, {\#(part), "taskType": "CLUSTERING"}]}"#),
      model: ModelName("m"))
    #expect(unlike.untranslatable == ["requests[].outputDimensionality", "requests[].taskType"])
    #expect(throws: Fault.self) {
      try GeminiContent.embeddingRequest(from: ByteSlice(#"{"requests": [{}]}"#), model: ModelName("m"))
    }
    #expect(throws: ShapeFault(path: "embeddings", problem: "is missing")) {
      try GeminiContent.embeddingAnswer(from: ByteSlice("{}"), model: "m")
    }
  }
}
