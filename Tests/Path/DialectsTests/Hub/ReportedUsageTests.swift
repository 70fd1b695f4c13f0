import Bytes
import Exchange
import JSON
import Testing

@testable import Hub

@Suite struct ReportedUsageTests {
  private enum Name: String, FieldName { case usage }

  private func read(_ usage: String) throws -> Usage? {
    let text = ByteSlice("{\"id\":1, \"usage\": \(usage) }")
    let field = try #require(try FieldScanner<Name>().scan(text.span)[.usage])
    return ReportedUsage.read(text.span.extracting(field.value.range))
  }

  /// What is expected, with plain numbers.
  private func usage(
    _ input: Int?, _ output: Int?, total: Int? = nil, cached: Int? = nil, written: Int? = nil, long: Int? = nil,
    audioInput: Int? = nil, reasoning: Int? = nil, audioOutput: Int? = nil
  ) -> Usage {
    func count(_ number: Int?) -> TokenCount? { number.map { TokenCount($0) } }
    var usage = Usage(
      input: count(input), output: count(output), reportedTotal: count(total), cachedInput: count(cached),
      cacheCreationInput: count(written), reasoning: count(reasoning))
    usage.longCacheCreationInput = count(long)
    usage.audioInput = count(audioInput)
    usage.audioOutput = count(audioOutput)
    return usage
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
    #expect(try read(chat) == usage(2006, 300, total: 2306, cached: 1920, audioInput: 0, reasoning: 64))
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
    #expect(try read(reported) == usage(21 + 188_086 + 1000, 393, cached: 1000, written: 188_086))
    #expect(
      try read(
        "{\"input_tokens\":21,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":1}")
        == usage(21, 1, cached: 0, written: 0))
    #expect(try read("{\"output_tokens\":9,\"cache_read_input_tokens\":5}") == usage(5, 9, cached: 5))
  }

  /// Gateways that speak OpenAI's dialect for Anthropic repeat its cache fields beside an input that contains them.
  @Test func cacheFieldsBesidePromptTokensAreNotCountedTwice() throws {
    let reported = """
      {"prompt_tokens":1021,"completion_tokens":5,"total_tokens":1026,
       "cache_read_input_tokens":1000,"cache_creation_input_tokens":7}
      """
    #expect(try read(reported) == usage(1021, 5, total: 1026, cached: 1000, written: 7))
  }

  @Test func whatIsKeptLongerIsToldApart() throws {
    let anthropic = """
      {"input_tokens":21,"cache_creation_input_tokens":300,"cache_read_input_tokens":0,"output_tokens":9,
       "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200}}
      """
    #expect(try read(anthropic) == usage(321, 9, cached: 0, written: 300, long: 200))
    let openAI = """
      {"prompt_tokens":2000,"completion_tokens":5,"total_tokens":2005,"prompt_tokens_details":{"cached_tokens":500,
       "cache_write_tokens":1400,"cache_write_tokens_details":{"ttl_30m_tokens":1000,"ttl_12h_tokens":400}}}
      """
    #expect(try read(openAI) == usage(2000, 5, total: 2005, cached: 500, written: 1400, long: 400))
    let responses = """
      {"input_tokens":2000,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":1400},"output_tokens":5}
      """
    #expect(try read(responses) == usage(2000, 5, cached: 0, written: 1400))
    #expect(
      try read("{\"input_tokens\":1,\"output_tokens\":1,\"cache_creation\":{\"ephemeral_1h_input_tokens\":-1}}")
        == usage(1, 1))
  }

  @Test func soundIsToldApart() throws {
    let reported = """
      {"prompt_tokens":100,"completion_tokens":60,"total_tokens":160,
       "prompt_tokens_details":{"text_tokens":20,"audio_tokens":80},
       "completion_tokens_details":{"audio_tokens":50,"rejected_prediction_tokens":4}}
      """
    #expect(try read(reported) == usage(100, 60, total: 160, audioInput: 80, audioOutput: 50))
  }

  @Test func cachesAreReadUnderEveryName() throws {
    let deepSeek = """
      {"prompt_tokens":1000,"completion_tokens":5,"total_tokens":1005,"prompt_cache_hit_tokens":896,
       "prompt_cache_miss_tokens":104}
      """
    #expect(try read(deepSeek) == usage(1000, 5, total: 1005, cached: 896))
    #expect(
      try read("{\"prompt_tokens\":40,\"completion_tokens\":5,\"cached_tokens\":30}") == usage(40, 5, cached: 30))
    // Said twice, counted once.
    let twice = """
      {"prompt_tokens":1000,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":896},
       "prompt_cache_hit_tokens":896}
      """
    #expect(try read(twice) == usage(1000, 5, cached: 896))
  }

  /// Gemini's OpenAI endpoint counts thoughts in the total alone.
  @Test func thoughtsThatOnlyTheTotalCountsAreOutput() throws {
    let gemini = "{\"prompt_tokens\":8,\"completion_tokens\":20,\"total_tokens\":628}"
    #expect(try read(gemini) == usage(8, 620, total: 628, reasoning: 600))
    let detailed = """
      {"prompt_tokens":8,"completion_tokens":20,"total_tokens":628,"completion_tokens_details":{"reasoning_tokens":600}}
      """
    #expect(try read(detailed) == usage(8, 620, total: 628, reasoning: 600))
    // A total that is too small explains nothing.
    #expect(
      try read("{\"prompt_tokens\":8,\"completion_tokens\":20,\"total_tokens\":5}") == usage(8, 20, total: 5))
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
