import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Cohere
@testable import Dialects
@testable import Hub

@Suite struct CohereEmbeddingsTests {
  @Test func textsSurviveTheWayThere() throws {
    var request = EmbeddingRequest(model: "embed-v4.0", inputs: [.text("a"), .text("b")])
    request.dimensions = 256
    for purpose in [EmbeddingRequest.Purpose.query, .document, .classification, .clustering] {
      request.purpose = purpose
      var losses = Losses()
      let body = CohereChat.body(of: request, losses: &losses)
      #expect(losses == Losses())
      #expect(try CohereChat.embeddingRequest(from: body, model: ModelName("embed-v4.0")) == request)
    }
  }

  @Test func whatMustBeSaidIsSaid() throws {
    var losses = Losses()
    let body = CohereChat.body(of: EmbeddingRequest(model: "m", inputs: [.text("a")]), losses: &losses)
    #expect(
      try JSONValue.parse(body.span)
        == ["model": "m", "input_type": "search_document", "texts": ["a"], "embedding_types": ["float"]])
    #expect(losses.approximated == [.embeddingPurpose])
  }

  @Test func anAnswerSurvivesTheWayToAnAgentAndBack() throws {
    var answer = EmbeddingAnswer(model: "m", vectors: [[0.5, 1], [-0.25, 0.1]], usage: Usage(input: TokenCount(7)))
    answer.id = "e"
    var request = EmbeddingRequest(model: "m", inputs: [.text("a"), .text("b")])
    #expect(
      try CohereChat.embeddingAnswer(from: CohereChat.body(of: answer, to: request), model: "m") == answer)
    request.wantsBase64 = true
    let base64 = try JSONValue.parse(CohereChat.body(of: answer, to: request).span)
    #expect(try Vectors.read(base64: base64["embeddings"]?["base64"]?[1]?.string ?? "", at: "") == [-0.25, 0.1])
  }

  @Test func whatNoOtherDialectHasAWordForIsNamed() throws {
    let request = try CohereChat.embeddingRequest(
      from: ByteSlice(
        """
        {"inputs": [{"content": [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "x"}}]}],
         "input_type": "image", "embedding_types": ["int8"], "truncate": "NONE", "max_tokens": 1}
        """), model: ModelName("m"))
    #expect(request.inputs == [.text("a")])
    #expect(
      request.untranslatable == [
        "inputs[].content[].image_url", "input_type", "embedding_types", "truncate", "max_tokens",
      ])
  }
}
