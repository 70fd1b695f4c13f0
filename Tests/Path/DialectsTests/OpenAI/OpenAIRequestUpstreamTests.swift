import Bytes
import Exchange
import TestSupport
import Testing

@testable import Dialects
@testable import Hub
@testable import OpenAI

/// What one candidate is sent, as text.
@Suite struct OpenAIRequestUpstreamTests {
  static let usage: [(given: String, sent: String)] = [
    (
      "{\"model\":\"m\",\"stream\":true}",
      "{\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true}"
    ),
    ("{\"stream\":true,\"stream_options\":null}", "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}"),
    ("{\"stream\":true,\"stream_options\":{}}", "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}"),
    ("{\"stream\":true,\"stream_options\":{ }}", "{\"stream\":true,\"stream_options\":{\"include_usage\":true }}"),
    (
      "{\"stream\":true,\"stream_options\":{\"include_usage\":false}}",
      "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
    ),
    (
      "{\"stream\":true,\"stream_options\":{\"include_usage\":null,\"x\":[1]}}",
      "{\"stream\":true,\"stream_options\":{\"include_usage\":true,\"x\":[1]}}"
    ),
    (
      "{\"stream\":true,\"stream_options\":{\"include_obfuscation\":false}}",
      "{\"stream\":true,\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false}}"
    ),
  ]

  @Test(arguments: usage.indices) func usageIsAskedForAndOtherOptionsStay(row: Int) throws {
    let request = try OpenAIRequest(ByteSlice(Self.usage[row].given))
    #expect(!request.wantsStreamUsage)
    #expect(text(request.body(with: changes { $0.addsStreamUsage = true })) == Self.usage[row].sent)
  }

  static let bounds: [(given: String, toMaxTokens: String, toMaxCompletionTokens: String)] = [
    ("{}", "{\"max_tokens\":50}", "{\"max_completion_tokens\":50}"),
    ("{\"n\":2}", "{\"max_tokens\":50,\"n\":2}", "{\"max_completion_tokens\":50,\"n\":2}"),
    ("{\"max_tokens\":null}", "{\"max_tokens\":50}", "{\"max_completion_tokens\":50,\"max_tokens\":null}"),
    ("{\"max_tokens\":900}", "{\"max_tokens\":50}", "{\"max_tokens\":50}"),
    ("{\"max_completion_tokens\":900}", "{\"max_completion_tokens\":50}", "{\"max_completion_tokens\":50}"),
    ("{\"max_output_tokens\":900}", "{\"max_output_tokens\":50}", "{\"max_output_tokens\":50}"),
    (
      "{\"max_tokens\":900, \"max_completion_tokens\":800}", "{\"max_tokens\":50, \"max_completion_tokens\":50}",
      "{\"max_tokens\":50, \"max_completion_tokens\":50}"
    ),
    // A bound the agent set lower is its own business.
    (
      "{\"max_tokens\":10,\"max_completion_tokens\":800}", "{\"max_tokens\":10,\"max_completion_tokens\":50}",
      "{\"max_tokens\":10,\"max_completion_tokens\":50}"
    ),
  ]

  @Test(arguments: bounds.indices) func aFittedBoundLowersWhatWasGivenAndIsAddedWhereNothingWas(row: Int) throws {
    let (given, toMaxTokens, toMaxCompletionTokens) = Self.bounds[row]
    let request = try OpenAIRequest(ByteSlice(given))
    var fit = changes { $0.outputMax = TokenCount(50) }
    #expect(text(request.body(with: fit)) == toMaxTokens)
    fit.habits.outputMaxField = .maxCompletionTokens
    #expect(text(request.body(with: fit)) == toMaxCompletionTokens)
  }

  static let models: [(given: String, name: String, sent: String)] = [
    ("{\"model\":\"a\",\"n\":1}", "b", "{\"model\":\"b\",\"n\":1}"),
    ("{\"n\":1,\"mod\\u0065l\" : \"a\"}", "b", "{\"n\":1,\"mod\\u0065l\" : \"b\"}"),
    ("{\"n\":1}", "b", "{\"model\":\"b\",\"n\":1}"), ("{}", "b", "{\"model\":\"b\"}"),
    ("{\"model\":null}", "b", "{\"model\":\"b\"}"),
    ("{\"model\":\"a\"}", "say \"b\"\\\n", "{\"model\":\"say \\\"b\\\"\\\\\\n\"}"),
    ("{\"model\":\"a\"}", "\u{1}\u{7f}m\u{fc}n", "{\"model\":\"\\u0001\u{7f}m\u{fc}n\"}"),
  ]

  @Test(arguments: models.indices) func theBackendsNameForTheModelTakesThePlaceOfTheAgents(row: Int) throws {
    let (given, name, sent) = Self.models[row]
    let request = try OpenAIRequest(ByteSlice(given))
    let pieces = request.body(with: changes { $0.model = ModelName(name) })
    #expect(text(pieces) == sent)
    #expect(try OpenAIRequest(ByteSlice(text(pieces))).model == ModelName(name))
  }

  @Test func allChangesAtOnceLeaveEverythingElseAsItCame() throws {
    let given = "{ \"messages\" : [ {\"content\":\"caf\u{e9} \\u0041 {\"} ] ,\n\"model\":\"a\", \"stream\": true }"
    let request = try OpenAIRequest(ByteSlice(given))
    let sent = text(
      request.body(
        with: changes {
          $0.model = ModelName("b")
          $0.addsStreamUsage = true
          $0.outputMax = TokenCount(3)
        }))
    #expect(
      sent == "{\"stream_options\":{\"include_usage\":true},\"max_tokens\":3, \"messages\" : "
        + "[ {\"content\":\"caf\u{e9} \\u0041 {\"} ] ,\n\"model\":\"b\", \"stream\": true }")
  }

  static let unchanged: [(given: String, change: @Sendable (inout RequestChanges) -> Void)] = [
    ("{\"model\":\"a\"}", { _ in }), ("{\"model\":\"a\"}", { $0.model = ModelName("a") }),
    ("{\"model\":\"\\u0061\"}", { $0.model = ModelName("a") }), ("{\"stream\":false}", { $0.addsStreamUsage = true }),
    ("{\"stream_options\":{\"include_usage\":false}}", { $0.addsStreamUsage = true }),
    ("{\"stream\":true,\"stream_options\":{\"include_usage\":true}}", { $0.addsStreamUsage = true }),
    ("{\"max_tokens\":10}", { $0.outputMax = TokenCount(50) }),
    ("{\"max_tokens\":50}", { $0.outputMax = TokenCount(50) }),
  ]

  @Test(arguments: unchanged.indices) func aBodyThatNeedsNoChangeIsTheSameSlice(row: Int) throws {
    let (given, change) = Self.unchanged[row]
    let body = ByteSlice(given)
    let pieces = try OpenAIRequest(body).body(with: changes(change))
    #expect(pieces.count == 1)
    let sameMemory = unsafe pieces[0].unsafeBytes.baseAddress == body.unsafeBytes.baseAddress
    #expect(sameMemory && pieces[0].count == body.count)
  }

  private func changes(_ change: (inout RequestChanges) -> Void) -> RequestChanges {
    var changes = RequestChanges()
    change(&changes)
    return changes
  }
}
