import Bytes
import Conversation
import Exchange
import TestSupport
import Testing

@testable import Dialects
@testable import Hub
@testable import OpenAI

@Suite struct OpenAIEmbeddingsTests {
  private func read(_ body: String) throws -> EmbeddingRequest {
    try OpenAIChat.embeddingRequest(from: ByteSlice(body), model: ModelName("m"))
  }

  @Test func inputsComeInFourShapes() throws {
    #expect(try read(#"{"model":"m","input":"a"}"#).inputs == [.text("a")])
    #expect(try read(#"{"input":["a","b"]}"#).inputs == [.text("a"), .text("b")])
    #expect(try read(#"{"input":[1,2]}"#).inputs == [.tokens([1, 2])])
    #expect(try read(#"{"input":[[1],[2,3]]}"#).inputs == [.tokens([1]), .tokens([2, 3])])
  }

  @Test func whatAProviderIsSentIsReadAsWhatWasMeant() throws {
    var request = EmbeddingRequest(model: "m", inputs: [.text("a \"b\""), .tokens([7, 8])])
    request.dimensions = 256
    request.wantsBase64 = true
    request.user = "ann"
    var losses = Losses()
    let body = OpenAIChat.body(of: request, losses: &losses)
    #expect(try OpenAIChat.embeddingRequest(from: body, model: ModelName("m")) == request)
    #expect(losses == Losses())
    request.purpose = .query
    _ = OpenAIChat.body(of: request, losses: &losses)
    #expect(losses.dropped == [.embeddingPurpose])
  }

  @Test func vectorsAreTheSameAsNumbersAndAsBytes() throws {
    let vectors: [[Float]] = [[0.1, -2, 3e-20, 0], [.leastNonzeroMagnitude, .greatestFiniteMagnitude, 1, -0.5]]
    var answer = EmbeddingAnswer(model: "m", vectors: vectors, usage: Usage(input: TokenCount(3)))
    answer.usage?.reportedTotal = TokenCount(3)
    for wantsBase64 in [false, true] {
      var request = EmbeddingRequest(model: "m", inputs: [])
      request.wantsBase64 = wantsBase64
      let body = OpenAIChat.body(of: answer, to: request)
      #expect(try OpenAIChat.embeddingAnswer(from: body, model: "other") == answer, "\(text(body))")
    }
  }

  @Test func vectorsStandWhereTheirIndexSays() throws {
    let body = #"{"data":[{"index":1,"embedding":[1]},{"index":0,"embedding":[2]}]}"#
    let answer = try OpenAIChat.embeddingAnswer(from: ByteSlice(body), model: "m")
    #expect(answer.vectors == [[2], [1]])
    #expect(answer.usage == nil)
  }

  @Test(arguments: [
    ("{}", "data is missing"), (#"{"data":[{}]}"#, "data[0].embedding is missing"),
    (#"{"data":[{"index":9,"embedding":[1]}]}"#, "data[0].index must be that of one of the inputs"),
    (
      #"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}"#,
      "data[1].index must be that of one of the inputs"
    ),
    (#"{"data":[{"embedding":[1,"a"]}]}"#, "data[0].embedding[1] must be a number"),
    (#"{"data":[{"embedding":"AAA"}]}"#, "data[0].embedding must be floats in base64"),
  ])
  func whatIsNoReplyIsRefused(body: String, said: String) {
    do throws(ShapeFault) {
      _ = try OpenAIChat.embeddingAnswer(from: ByteSlice(body), model: "m")
      Issue.record("accepted")
    } catch { #expect(error.message == said) }
  }

  @Test(arguments: [
    ("{}", "input is missing."), (#"{"input":[]}"#, "input must be a string or an array that is not empty."),
    (#"{"input":["a",{}]}"#, "input[1] must be a string or an array of integers."),
    (#"{"input":[1,"a"]}"#, "input must be a string or an array of integers."),
    (#"{"input":"a","encoding_format":"x"}"#, "encoding_format must be float or base64."),
    (#"{"input":"a","dimensions":0}"#, "dimensions must be at least 1."),
  ])
  func aRefusalNamesTheFieldAndWhatMustStandThere(body: String, said: String) {
    do throws(Fault) {
      _ = try OpenAIChat.embeddingRequest(from: ByteSlice(body), model: ModelName("m"))
      Issue.record("accepted")
    } catch { #expect(error.message == said) }
  }
}
