import Bytes
import Exchange
import JSON
import Metering
import Testing

@Suite struct UsageReaderTests {
  private enum Name: String, FieldName { case usage }

  private func read(_ usage: String) throws -> Usage? {
    let text = ByteSlice("{\"id\":1, \"usage\": \(usage) }")
    let field = try #require(try FieldScanner<Name>().scan(text.span)[.usage])
    return UsageReader().read(field.value, in: text.span)
  }

  /// What is expected, with plain numbers: input, output, total, cached, reasoning.
  private func usage(
    _ input: Int?, _ output: Int?, total: Int? = nil, cached: Int? = nil, reasoning: Int? = nil
  ) -> Usage {
    func count(_ number: Int?) -> TokenCount? { number.map { TokenCount($0) } }
    return Usage(
      input: count(input), output: count(output), reportedTotal: count(total), cachedInput: count(cached),
      reasoning: count(reasoning))
  }

  @Test func bothFamiliesOfNamesAreRead() throws {
    #expect(
      try read("{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}") == usage(10, 5, total: 15))
    #expect(try read("{\"input_tokens\":10,\"output_tokens\":5,\"total_tokens\":15}") == usage(10, 5, total: 15))
    #expect(try read("{\"prompt_tokens\":8,\"total_tokens\":8}") == usage(8, nil, total: 8))
  }

  @Test func detailsOfBothFamiliesAreRead() throws {
    let chat = """
      {"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,
       "prompt_tokens_details":{"cached_tokens":1920,"audio_tokens":0},
       "completion_tokens_details":{"reasoning_tokens":64,"accepted_prediction_tokens":0}}
      """
    #expect(try read(chat) == usage(2006, 300, total: 2306, cached: 1920, reasoning: 64))
    let responses = """
      {"input_tokens":36,"input_tokens_details":{"cached_tokens":4},"output_tokens":87,
       "output_tokens_details":{"reasoning_tokens":7},"total_tokens":123}
      """
    #expect(try read(responses) == usage(36, 87, total: 123, cached: 4, reasoning: 7))
  }

  @Test(arguments: ["null", "{}", "[]", "3", "{\"cached_tokens\":null}", "{\"cached_tokens\":\"4\"}"])
  func detailsThatSayNothingLeaveTheRestAlone(_ details: String) throws {
    let reported = "{\"prompt_tokens\":10,\"completion_tokens\":5,\"prompt_tokens_details\":\(details)}"
    #expect(try read(reported) == usage(10, 5))
  }

  @Test func whatAnthropicReadFromAndWroteToItsCacheIsInputToo() throws {
    let reported = """
      {"input_tokens":21,"cache_creation_input_tokens":188086,"cache_read_input_tokens":1000,"output_tokens":393}
      """
    #expect(try read(reported) == usage(21 + 188_086 + 1000, 393, cached: 1000))
    #expect(
      try read(
        "{\"input_tokens\":21,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":1}")
        == usage(21, 1, cached: 0))
    #expect(try read("{\"output_tokens\":9,\"cache_read_input_tokens\":5}") == usage(5, 9, cached: 5))
  }

  /// Gateways that speak OpenAI's dialect for Anthropic repeat its cache fields beside an input that contains them.
  @Test func cacheFieldsBesidePromptTokensAreNotCountedTwice() throws {
    let reported = """
      {"prompt_tokens":1021,"completion_tokens":5,"total_tokens":1026,
       "cache_read_input_tokens":1000,"cache_creation_input_tokens":7}
      """
    #expect(try read(reported) == usage(1021, 5, total: 1026, cached: 1000))
  }

  @Test func numbersThatCannotBeTokensCountAsAbsent() throws {
    #expect(try read("{\"prompt_tokens\":-1,\"completion_tokens\":5}") == usage(nil, 5))
    #expect(try read("{\"prompt_tokens\":10.0,\"completion_tokens\":5}") == usage(nil, 5))
    #expect(try read("{\"prompt_tokens\":1e3,\"completion_tokens\":5}") == usage(nil, 5))
    #expect(try read("{\"prompt_tokens\":\"10\",\"completion_tokens\":5}") == usage(nil, 5))
    #expect(try read("{\"prompt_tokens\":null,\"input_tokens\":4,\"completion_tokens\":5}") == usage(4, 5))
    #expect(try read("{\"prompt_tokens\":true,\"completion_tokens\":-0}") == usage(nil, 0))
  }

  @Test func hugeNumbersSaturateAndNeverWrap() throws {
    let most = Int.max
    #expect(try read("{\"prompt_tokens\":\(most),\"completion_tokens\":\(most)}") == usage(most, most))
    #expect(try read("{\"prompt_tokens\":\(most),\"completion_tokens\":1}")?.total == TokenCount(most))
    #expect(
      try read("{\"input_tokens\":\(most),\"output_tokens\":1,\"cache_read_input_tokens\":\(most)}")
        == usage(most, 1, cached: most))
  }

  @Test func absentIsNotZero() throws {
    #expect(try read("{\"completion_tokens\":0}") == usage(nil, 0))
    #expect(try read("{\"total_tokens\":0}") == usage(nil, nil, total: 0))
    #expect(try read("{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}") == usage(0, 0, total: 0))
  }

  @Test(arguments: [
    "null", "3", "\"10\"", "[]", "[{\"prompt_tokens\":1}]", "{}", "{\"prompt_tokens\":null}", "{\"tokens\":5}",
    "{\"prompt_tokens_details\":{\"cached_tokens\":4}}", "{\"cache_read_input_tokens\":5}", "{\"prompt_tokens\":-1}",
  ])
  func whatReportsNoTokensIsNoReport(_ reported: String) throws {
    #expect(try read(reported) == nil)
  }
}
