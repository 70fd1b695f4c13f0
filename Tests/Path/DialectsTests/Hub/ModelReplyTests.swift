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
    let reply = try Dialect.openAI.adapter.reply(ByteSlice(Self.renamed[row].given))
    #expect(text(reply.body(showing: shown)) == Self.renamed[row].sent)
  }

  @Test(arguments: ["{}", "{\"model\":null}", "{\"model\":3}", "{\"model\":{}}", "{\"model\":\"gpt-4o\",\"x\":[ 1 ]}"])
  func aReplyWithoutAnotherNameIsTheSameSlice(_ given: String) throws {
    let body = ByteSlice(given)
    let pieces = try Dialect.openAI.adapter.reply(body).body(showing: shown)
    let sameMemory = unsafe pieces[0].unsafeBytes.baseAddress == body.unsafeBytes.baseAddress
    #expect(pieces.count == 1 && pieces[0].count == body.count && sameMemory)
  }

  @Test func usageIsFoundWhereItStandsAndNullIsNone() throws {
    for absent in ["{}", "{\"usage\":null}", "{\"choices\":[{\"usage\":{\"total_tokens\":1}}]}"] {
      #expect(try Dialect.openAI.adapter.reply(ByteSlice(absent)).usage == nil)
    }
    let body = ByteSlice("{\"id\":1,\"usage\": {\"total_tokens\":3} }")
    #expect(try Dialect.openAI.adapter.reply(body).usage?.reportedTotal == TokenCount(3))
  }

  @Test func anErrorObjectIsSeenWhateverTheStatusSays() throws {
    for error in ["{\"error\":{\"message\":\"no\"}}", "{\"error\":\"no\"}", "{\"x\":1,\"error\":false}"] {
      #expect(try Dialect.openAI.adapter.reply(ByteSlice(error)).isError)
    }
    for fine in ["{\"error\":null,\"id\":1}", "{\"choices\":[{\"error\":{}}]}", "{}"] {
      #expect(try !Dialect.openAI.adapter.reply(ByteSlice(fine)).isError)
    }
  }

  @Test(arguments: ["", "[]", "null", "<html>", "{\"a\":1", "{\"a\":1}{", "{\"a\":\"\u{0}\"}", "data: {}"])
  func whatIsNoJSONObjectIsRefused(_ body: String) {
    #expect(throws: JSONError.self) { try Dialect.openAI.adapter.reply(ByteSlice(body)) }
  }
}
