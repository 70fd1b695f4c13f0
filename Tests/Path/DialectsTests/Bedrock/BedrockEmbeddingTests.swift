import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Dialects
@testable import Hub

@Suite struct BedrockEmbeddingTests {
  private func written(_ request: EmbeddingRequest) -> (body: String, losses: Losses) {
    var losses = Losses()
    let body = BedrockConverse.body(of: request, losses: &losses)
    return (String(body.span), losses)
  }

  @Test func titanTakesOneTextAndCohereMany() throws {
    var titan = EmbeddingRequest(model: "amazon.titan-embed-text-v2:0", inputs: [.text("hi")])
    titan.dimensions = 256
    #expect(written(titan).body == #"{"inputText":"hi","dimensions":256}"#)
    #expect(written(titan).losses == Losses())
    titan.model = "amazon.titan-embed-text-v1"
    titan.purpose = .query
    #expect(written(titan).losses.dropped == [.embeddingDimensions])
    #expect(written(titan).losses.approximated == [.embeddingPurpose])
    var cohere = EmbeddingRequest(model: "cohere.embed-english-v3", inputs: [.text("a"), .text("b")])
    #expect(written(cohere).body == #"{"texts":["a","b"],"input_type":"search_document"}"#)
    #expect(written(cohere).losses.approximated == [.embeddingPurpose])
    cohere.purpose = .query
    cohere.dimensions = 256
    #expect(written(cohere).losses.dropped == [.embeddingDimensions])
    cohere.model = "us.cohere.embed-v4:0"
    #expect(written(cohere).body == #"{"texts":["a","b"],"input_type":"search_query","output_dimension":256}"#)
    cohere.inputs = [.tokens([1])]
    #expect(written(cohere).losses.dropped == [.embeddingTokens])
    #expect(BedrockConverse.embeddingInputsMax(of: cohere.model) == 96)
    #expect(BedrockConverse.embeddingInputsMax(of: titan.model) == 1)
  }

  @Test(arguments: [
    #"{"inputText":"hi","dimensions":256}"#,
    #"{"texts":["a","b"],"input_type":"clustering","output_dimension":256}"#,
  ])
  func anAgentsBodyIsReadAndItsReplyHasTheSameShape(_ body: String) throws {
    let request = try BedrockConverse.embeddingRequest(from: ByteSlice(body), model: ModelName("us.cohere.embed-v4:0"))
    #expect(request.untranslatable == [])
    #expect(request.dimensions == 256)
    var answer = EmbeddingAnswer(model: "m", vectors: request.inputs.map { _ in [0.5, -1] })
    if request.purpose == nil { answer.usage = Usage(input: TokenCount(3)) } else { answer.id = "i" }
    let reply = BedrockConverse.body(of: answer, to: request)
    #expect(try BedrockConverse.embeddingAnswer(from: reply, model: "m") == answer, "\(String(reply.span))")
  }

  @Test func whatIsNoneIsRefusedByName() throws {
    for (body, param) in [
      ("{}", "inputText"), (#"{"inputText":7}"#, "inputText"), (#"{"texts":["a"]}"#, "input_type"),
      (#"{"texts":["a"],"input_type":"x"}"#, "input_type"), (#"{"texts":[1],"input_type":"x"}"#, "texts[0]"),
    ] {
      do throws(Fault) {
        _ = try BedrockConverse.embeddingRequest(from: ByteSlice(body), model: ModelName("m"))
        Issue.record("\(body) was accepted")
      } catch { #expect(error.param == param) }
    }
    for body in ["{}", #"{"embedding":"x"}"#, #"{"embeddings":[["x"]]}"#, #"{"embeddings":7}"#] {
      #expect(throws: ShapeFault.self) { try BedrockConverse.embeddingAnswer(from: ByteSlice(body), model: "m") }
    }
    let byType = try BedrockConverse.embeddingAnswer(
      from: ByteSlice(#"{"embeddings":{"float":[[1,2]]},"id":"i"}"#), model: "m")
    #expect(byType.vectors == [[1, 2]])
  }
}
