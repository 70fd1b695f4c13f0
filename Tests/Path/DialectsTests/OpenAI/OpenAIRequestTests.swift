import Bytes
import Exchange
import TestSupport
import Testing

@testable import Dialects
@testable import Hub
@testable import OpenAI

@Suite struct OpenAIRequestTests {
  static let refused: [(body: String, param: String?, message: String)] = [
    ("", nil, "The body is not a JSON object: line 1, column 0: a JSON object expected."),
    ("[]", nil, "The body is not a JSON object: line 1, column 1: a JSON object expected."),
    ("\"gpt\"", nil, "The body is not a JSON object: line 1, column 1: a JSON object expected."),
    ("{\"model\":\"a\",}", nil, "The body is not a JSON object: line 1, column 14: a member's name expected."),
    ("{\"model\":\"a\"} x", nil, "The body is not a JSON object: line 1, column 15: more text after the object."),
    ("{\"model\":\"a\"", nil, "The body is not a JSON object: line 1, column 12: ',' or '}' expected."),
    ("{\"model\":3}", "model", "model must be a string."),
    ("{\"model\":[\"a\"]}", "model", "model must be a string."),
    ("{\"model\":\"\"}", "model", "model must be a name of 1 to 256 bytes."),
    ("{\"model\":\"\(String(repeating: "m", count: 257))\"}", "model", "model must be a name of 1 to 256 bytes."),
    ("{\"model\":\"\(String(repeating: "\u{e9}", count: 129))\"}", "model", "model must be a name of 1 to 256 bytes."),
    ("{\"stream\":\"true\"}", "stream", "stream must be true or false."),
    ("{\"stream\":1}", "stream", "stream must be true or false."),
    ("{\"stream_options\":true}", "stream_options", "stream_options must be an object."),
    ("{\"stream_options\":[]}", "stream_options", "stream_options must be an object."),
    ("{\"max_tokens\":0}", "max_tokens", "max_tokens must be an integer of at least 1."),
    ("{\"max_tokens\":-5}", "max_tokens", "max_tokens must be an integer of at least 1."),
    ("{\"max_tokens\":1.0}", "max_tokens", "max_tokens must be an integer of at least 1."),
    ("{\"max_tokens\":1e3}", "max_tokens", "max_tokens must be an integer of at least 1."),
    ("{\"max_tokens\":\"10\"}", "max_tokens", "max_tokens must be an integer of at least 1."),
    (
      "{\"max_completion_tokens\":false}", "max_completion_tokens",
      "max_completion_tokens must be an integer of at least 1."
    ),
    ("{\"max_output_tokens\":0}", "max_output_tokens", "max_output_tokens must be an integer of at least 1."),
    ("{\"n\":0}", "n", "n must be an integer of at least 1."),
    ("{\"n\":1.5}", "n", "n must be an integer of at least 1."),
    ("{\"n\":129}", "n", "n must be at most 128."),
    ("{\"n\":9223372036854775807}", "n", "n must be at most 128."),
    (
      "{\"model\":\"a\",\"model\":\"a\"}", "model",
      "model is given twice; providers would not agree which one counts."
    ),
    (
      "{\"max_tokens\":1,\"x\":2,\"max\\u005ftokens\":9}", "max_tokens",
      "max_tokens is given twice; providers would not agree which one counts."
    ),
    ("{\"n\":1,\"n\":null}", "n", "n is given twice; providers would not agree which one counts."),
  ]

  @Test(arguments: refused.indices) func whatCannotBeMeantIsRefusedNamingTheField(row: Int) {
    let (body, param, message) = Self.refused[row]
    let code = param == nil ? "invalid_json" : "invalid_value"
    #expect(
      refusal(body)
        == Fault(
          party: .agent, status: 400, type: "invalid_request_error", code: code, param: param, message: message))
  }

  @Test func aBoundBeyondWhatAnybodyCanHoldIsRefused() {
    #expect(refusal("{\"max_tokens\":9223372036854775808}")?.code == "invalid_value")
  }

  /// Some servers take them for the field, and some do not.
  @Test(arguments: ["{\"Max_Tokens\":9}", "{\"N\":2}", "{\"MODEL\":\"a\"}", "{\"\\u004dodel\":\"a\"}"])
  func aFieldThatCountsIsRefusedInOtherCapitals(_ body: String) {
    #expect(refusal(body)?.message.contains("in other capitals") == true)
  }

  /// A tool may have a parameter of that name: only the field of the request itself asks for another service.
  @Test(arguments: [
    ("{\"service_tier\":\"priority\"}", true), ("{\"service_tier\":\"priorit\\u0079\"}", true),
    ("{\"service_tier\":\"auto\"}", false), ("{\"metadata\":{\"service_tier\":\"priority\"}}", false),
    ("{\"tools\":[{\"parameters\":{\"properties\":{\"speed\":{\"enum\":[\"fast\"]},\"priority\":{}}}}]}", false),
  ])
  func theServiceIsTheFieldsOwnValue(_ body: String, _ isDearer: Bool) throws {
    #expect(try OpenAIRequest(ByteSlice(body)).facts.dearerOption == (isDearer ? "service_tier: priority" : nil))
  }

  @Test(arguments: [
    ("{\"messages\":[{\"content\":[{\"cache_control\":{\"ttl\":\"1h\"}}]}]}", true),
    ("{\"messages\":[{\"content\":[{\"cache_control\":{\"ttl\":\"5m\"}}]}]}", false),
    ("{\"tools\":[{\"parameters\":{\"properties\":{\"ttl\":{\"type\":\"string\"}}}}]}", false),
  ])
  func longCacheEntriesAreSeenWhereTheyAreAskedFor(_ body: String, _ isLong: Bool) throws {
    #expect(try OpenAIRequest(ByteSlice(body)).facts.hasLongCacheWrite == isLong)
  }

  @Test func theBodyItselfIsNeverQuotedInARefusal() {
    for body in ["secret prompt", "{\"prompt\":\"secret prompt\" x", "{\"model\":\"a\"} secret prompt"] {
      #expect(refusal(body)?.message.contains("secret") == false)
    }
  }

  @Test(arguments: [
    "{}", "{ }",
    "{\"model\":null,\"stream\":null,\"stream_options\":null,\"max_tokens\":null,\"n\":null,\"user\":null}",
    "{\"max_completion_tokens\":null,\"max_output_tokens\":null,\"model_\":\"a\"}",
    "{\"messages\":[{\"model\":\"inner\",\"stream\":true,\"n\":9,\"max_tokens\":9}]}",
  ])
  func nullAndOtherDepthsCountAsAbsent(_ body: String) throws {
    let request = try OpenAIRequest(ByteSlice(body))
    #expect(request.model == nil)
    #expect(!request.wantsStream && !request.wantsStreamUsage)
    #expect(request.outputMax == nil)
    #expect(request.choices == 1)
  }

  @Test func whatIsGivenIsRead() throws {
    let request = try OpenAIRequest(
      ByteSlice(
        "\n{\"mod\\u0065l\" : \"gpt\\u002d4o\", \"stream\":true,\"stream_options\":{\"include_usage\":true},\"n\":128}\n"
      ))
    #expect(request.model == ModelName("gpt-4o"))
    #expect(request.wantsStream && request.wantsStreamUsage)
    #expect(request.choices == 128)
    #expect(request.outputMax == nil)
  }

  static let bounds: [(members: String, most: Int)] = [
    ("\"max_tokens\":7", 7), ("\"max_completion_tokens\":8", 8), ("\"max_output_tokens\":9", 9),
    ("\"max_tokens\":7,\"max_completion_tokens\":8", 8), ("\"max_tokens\":9,\"max_completion_tokens\":8", 9),
    ("\"max_tokens\":7,\"max_completion_tokens\":null", 7), ("\"max_tokens\":1", 1),
  ]

  @Test(arguments: bounds) func theLargestBoundGivenIsTheOneToReserve(_ row: (members: String, most: Int)) throws {
    #expect(try OpenAIRequest(ByteSlice("{\(row.members)}")).outputMax == TokenCount(row.most))
  }

  private func refusal(_ body: String) -> Fault? {
    do throws(Fault) {
      _ = try OpenAIRequest(ByteSlice(body))
      return nil
    } catch {
      return error
    }
  }
}
