import Bytes
import Dialects
import Exchange
import Guard
import HTTP
import Hub
import Identity
import Reactor
import TestSupport
import Testing

@testable import Gateway
@testable import Listener

@Suite(.serialized) struct CallTests {
  init() { #expect(LoopThread.started) }

  /// What a request becomes: `MODEL`, `-` where it names none, with `{}` behind it where its body was read; or the
  /// status and the sentence of its refusal.
  static let table: [(line: String, fields: [String], body: String, becomes: String)] = [
    ("POST /v1/chat/completions", ["Content-Type: application/json"], "{\"model\":\"a\"}", "a {}"),
    ("POST /v1/chat/completions", ["Content-Type: application/json; charset=utf-8"], "{\"model\":\"a\"}", "a {}"),
    ("POST /v1/chat/completions", ["Content-Type: APPLICATION/JSON"], "{\"model\":\"a\"}", "a {}"),
    ("POST /v1/chat/completions", ["Content-Type: application/vnd.api+json"], "{\"model\":\"a\"}", "a {}"),
    ("POST /v1/chat/completions", [], "{\"model\":\"a\"}", "a {}"),
    ("POST /v1/completions", ["Content-Type: application/x-www-form-urlencoded"], "{\"model\":\"a\"}", "a {}"),
    ("POST /v1/embeddings", ["Content-Encoding: Identity"], "{\"model\":\"a\"}", "a {}"),
    ("POST /v1/embeddings", ["x-ai-eg-model: b"], "{\"model\":\"a\"}", "b {}"),
    ("POST /v1/embeddings", ["x-ai-eg-model: b"], "{}", "b {}"),
    ("POST /v1/embeddings", ["x-ai-eg-model:"], "{\"model\":\"a\"}", "a {}"),
    // Refused.
    (
      "POST /v1/chat/completions", ["Content-Type: text/plain"], "{\"model\":\"a\"}",
      "415 Content-Type text/plain is not read here; send application/json."
    ),
    (
      "POST /v1/chat/completions", ["Content-Type: +json"], "{\"model\":\"a\"}",
      "415 Content-Type +json is not read here; send application/json."
    ),
    (
      "POST /v1/chat/completions", ["Content-Encoding: gzip"], "{\"model\":\"a\"}",
      "415 Content-Encoding gzip is not read here; send the body as it is."
    ),
    ("POST /v1/completions", [], "", "400 The request has no body; send a JSON object."),
    ("POST /v1/completions", [], "[]", "400 The body is not a JSON object: line 1, column 1: a JSON object expected."),
    (
      "POST /v1/completions", [], "{}",
      "400 The request names no model: set \"model\" in the body or the header x-ai-eg-model."
    ),
    (
      "POST /v1/completions", ["x-ai-eg-model: \(String(repeating: "m", count: 257))"], "{}",
      "400 Header x-ai-eg-model must be a name of at most 256 bytes."
    ),
    // Passed through: whatever could be a model call is read.
    ("POST /v1/moderations", ["Content-Type: application/json"], "{\"model\":\"a\"}", "a {}"),
    ("POST /v1/moderations", ["Content-Type: application/json"], "not JSON", "-"),
    (
      "POST /v1/moderations", ["Content-Type: application/json", "Content-Encoding: gzip"], "{\"model\":\"a\"}",
      "415 Content-Encoding gzip is not read here; send the body as it is."
    ),
    (
      "POST /v1/moderations", ["Content-Type: application/json"], "{\"model\":\"a\",\"model\":\"b\"}",
      "400 model is given twice; providers would not agree which one counts."
    ),
    ("POST /v1/moderations", [], " {\"model\":\"a\"}", "a {}"),
    ("POST /v1/moderations", ["Content-Type: application/octet-stream"], "{\"model\":\"a\"}", "a {}"),
    ("POST /v1/files", ["Content-Type: application/octet-stream"], "{\"model\":\"a\"}\n{}", "-"),
    ("POST /v1/files", ["Content-Type: multipart/form-data; boundary=x"], "--x--", "-"),
    ("POST /v1/files", ["x-ai-eg-model: b"], "--x--", "b"), ("GET /v1/files", [], "", "-"),
  ]

  @Test(arguments: table.indices) @EventLoop func theRulesOfBodyTypeAndModel(row: Int) throws {
    let (line, fields, body, becomes) = Self.table[row]
    #expect(try with(line, fields, body) { "\($0.model?.text ?? "-")\($0.body == nil ? "" : " {}")" } == becomes)
  }

  @Test @EventLoop func theOutputIsBoundedByWhatIsAskedTimesTheChoices() throws {
    let bounds: [(line: String, body: String, output: Int, mayBound: Bool)] = [
      ("POST /v1/chat/completions", "{\"model\":\"a\"}", 1000, true),
      ("POST /v1/chat/completions", "{\"model\":\"a\",\"n\":3}", 3000, true),
      ("POST /v1/chat/completions", "{\"model\":\"a\",\"max_tokens\":7,\"n\":3}", 21, true),
      ("POST /v1/completions", "{\"model\":\"a\",\"max_tokens\":7}", 7, true),
      ("POST /v1/completions", "{\"model\":\"a\",\"max_tokens\":7,\"best_of\":3,\"prompt\":[\"x\",\"y\"]}", 42, true),
      ("POST /v1/completions", "{\"model\":\"a\",\"max_tokens\":7,\"prompt\":[1,2,3]}", 7, true),
      ("POST /v1/chat/completions", "{\"model\":\"a\",\"max_tokens\":\(Int.max),\"n\":2}", .max, true),
      ("POST /v1/embeddings", "{\"model\":\"a\"}", 0, false),
      ("POST /v1/engines/a/completions", "{\"model\":\"a\"}", 1000, false),
      ("POST /v1/moderations", "{\"model\":\"a\"}", 0, false),
      ("POST /v1/responses", "{\"model\":\"a\"}", 1000, true),
      ("POST /v1/responses", "{\"model\":\"a\",\"max_output_tokens\":9}", 9, true), ("POST /v1/files", "", 0, false),
    ]
    for (line, body, output, mayBound) in bounds {
      let found = try with(line, ["Content-Type: application/json"], body) { call in
        "\(call.outputBound(standard: TokenCount(1000))) \(call.mayBoundOutput)"
      }
      #expect(found == "\(output) \(mayBound)", "\(line) \(body)")
    }
  }

  /// `describe` of the call a request becomes, or its refusal. An agent that is never connected stands at its end.
  @EventLoop private func with(
    _ line: String, _ fields: [String], _ body: String, _ describe: (Call) -> String
  ) throws -> String {
    let request = try request(line, fields, body: body)
    let stream = ByteStream(isPath: false)
    defer { stream.close() }
    let agent = AgentConnection(stream, limits: ConnectionLimits())
    do throws(Fault) {
      let call = try Call(
        RequestID(high: 0, low: 1), request, at: try EndpointRouter.all.endpoint(of: request),
        by: Payer(of: request, trusting: Trust()),
        on: agent, costs: CostBook([]),
        startedAt: 0)
      return describe(call)
    } catch {
      return "\(error.status) \(error.message)"
    }
  }
}
