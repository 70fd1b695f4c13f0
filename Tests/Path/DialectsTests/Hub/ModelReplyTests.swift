import Bytes
import Exchange
import JSON
import TestSupport
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Cohere
@testable import Dialects
@testable import Gemini
@testable import Hub
@testable import OpenAI
@testable import Responses

@Suite struct ModelReplyTests {
  private let shown = ModelReply.quoted(ModelName("gpt-4o"))

  static let renamed: [(given: String, sent: String)] = [
    ("{\"model\":\"gpt-4o-2024-08-06\",\"id\":1}", "{\"model\":\"gpt-4o\",\"id\":1}"),
    ("{\"id\":1 , \"model\" : \"\" }", "{\"id\":1 , \"model\" : \"gpt-4o\" }"),
    ("{\"model\":\"a \\\"quoted\\\" one\"}", "{\"model\":\"gpt-4o\"}"),
    (
      "{\"choices\":[{\"model\":\"inner\"}],\"model\":\"b\"}",
      "{\"choices\":[{\"model\":\"inner\"}],\"model\":\"gpt-4o\"}"
    ),
  ]

  @Test(arguments: renamed.indices) func theAgentSeesTheNameItAskedFor(row: Int) throws {
    let reply = try Dialect.openAI.adapter.reply(ByteSlice(Self.renamed[row].given), to: .conversation)
    #expect(text(reply.body(showing: shown)) == Self.renamed[row].sent)
  }

  @Test(arguments: ["{}", "{\"model\":null}", "{\"model\":3}", "{\"model\":{}}", "{\"model\":\"gpt-4o\",\"x\":[ 1 ]}"])
  func aReplyWithoutAnotherNameIsTheSameSlice(_ given: String) throws {
    let body = ByteSlice(given)
    let pieces = try Dialect.openAI.adapter.reply(body, to: .conversation).body(showing: shown)
    let sameMemory = unsafe pieces[0].unsafeBytes.baseAddress == body.unsafeBytes.baseAddress
    #expect(pieces.count == 1 && pieces[0].count == body.count && sameMemory)
  }

  @Test func usageIsFoundWhereItStandsAndNullIsNone() throws {
    for absent in ["{}", "{\"usage\":null}", "{\"choices\":[{\"usage\":{\"total_tokens\":1}}]}"] {
      #expect(try Dialect.openAI.adapter.reply(ByteSlice(absent), to: .conversation).usage == nil)
    }
    let body = ByteSlice("{\"id\":1,\"usage\": {\"total_tokens\":3} }")
    #expect(try Dialect.openAI.adapter.reply(body, to: .conversation).usage?.reportedTotal == TokenCount(3))
  }

  @Test func anErrorObjectIsSeenWhateverTheStatusSays() throws {
    for error in ["{\"error\":{\"message\":\"no\"}}", "{\"error\":\"no\"}", "{\"x\":1,\"error\":false}"] {
      #expect(try Dialect.openAI.adapter.reply(ByteSlice(error), to: .conversation).shape == .error)
    }
    for fine in ["{\"error\":null,\"id\":1}", "{\"choices\":[{\"error\":{}}]}", "{}"] {
      #expect(try Dialect.openAI.adapter.reply(ByteSlice(fine), to: .conversation).shape != .error)
    }
  }

  @Test(arguments: ["", "[]", "null", "<html>", "{\"a\":1", "{\"a\":1}{", "{\"a\":\"\u{0}\"}", "data: {}"])
  func whatIsNoJSONObjectIsRefused(_ body: String) {
    #expect(throws: JSONError.self) { try Dialect.openAI.adapter.reply(ByteSlice(body), to: .conversation) }
  }

  /// Legal answers may be empty; what lacks the shape of its dialect is none.
  static let shapes: [(dialect: Dialect, body: String, isAnswer: Bool)] = [
    (.openAI, #"{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}"#, true),
    (.openAI, #"{"choices":[{"message":{"content":null},"finish_reason":"stop"}]}"#, true),
    (.openAI, #"{"choices":[]}"#, false), (.openAI, #"{"choices":null}"#, false), (.openAI, "{}", false),
    (.openAI, #"{"error":{"message":"no","code":429}}"#, false),
    (.openAI, #"{"object":"error","message":"no"}"#, false),
    (.openAI, #"{"choices":[{"error":{"code":502},"message":{"content":""}}]}"#, false),
    (.anthropic, #"{"type":"message","content":[],"stop_reason":"end_turn"}"#, true),
    (.anthropic, #"{"content":[{"type":"text","text":"a"}]}"#, true),
    (.anthropic, #"{"content":[],"stop_reason":null}"#, false), (.anthropic, "{}", false),
    (.anthropic, #"{"type":"error","error":{"type":"overloaded_error"}}"#, false),
    (.gemini, #"{"candidates":[{"finishReason":"MAX_TOKENS"}]}"#, true),
    (.gemini, #"{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}"#, true),
    (.gemini, #"{"promptFeedback":{"blockReason":"SAFETY"}}"#, true),
    (.gemini, #"{"candidates":[{}]}"#, false), (.gemini, #"{"candidates":[]}"#, false),
    (.gemini, #"{"usageMetadata":{"promptTokenCount":10}}"#, false), (.gemini, #"{"error":{"code":503}}"#, false),
    (.bedrock, #"{"output":{"message":{"content":[]}},"stopReason":"end_turn"}"#, true),
    (.bedrock, #"{"message":"Too many requests"}"#, false), (.bedrock, "{}", false),
    (.cohere, #"{"message":{"content":[]},"finish_reason":"COMPLETE"}"#, true),
    (.cohere, #"{"message":"no"}"#, false), (.cohere, "{}", false),
    (.responses, #"{"output":[],"status":"incomplete","error":null}"#, true),
    (.responses, #"{"output":[],"status":"failed","error":{"code":"server_error"}}"#, false), (.responses, "{}", false),
  ]

  @Test(arguments: shapes.indices) func whatMakesAnAnswer(row: Int) throws {
    let (dialect, body, isAnswer) = Self.shapes[row]
    let shape = try dialect.adapter.reply(ByteSlice(body), to: .conversation).shape
    #expect((shape == .answer) == isAnswer, "\(dialect) \(body)")
  }

  @Test func whatIsAskedOfOtherRepliesIsLess() throws {
    let asked: [(dialect: Dialect, kind: EndpointRow.Kind, body: String, isAnswer: Bool)] = [
      (.openAI, .embedding, #"{"data":[]}"#, true), (.openAI, .embedding, #"{"id":"x"}"#, false),
      (.gemini, .count, #"{"totalTokens":3}"#, true), (.gemini, .count, " { } ", false),
    ]
    for (dialect, kind, body, isAnswer) in asked {
      let shape = try dialect.adapter.reply(ByteSlice(body), to: kind).shape
      #expect((shape == .answer) == isAnswer, "\(body)")
    }
  }
}
