import Bytes
import Guard
import HTTP
import TestSupport
import Testing

@Suite struct ForwardedFieldsTests {
  static let table: [(name: String, goesUp: Bool, comesDown: Bool)] = [
    ("Content-Type", true, true), ("Accept", true, true), ("User-Agent", true, true),
    ("OpenAI-Organization", true, true), ("X-Stainless-Lang", true, true), ("Idempotency-Key", true, true),
    ("X-Request-Id", true, true), ("X-User-Id", true, true), ("Retry-After", true, true),
    ("X-RateLimit-Remaining", true, true), ("Content-Encoding", true, true), ("X-AI", true, true),
    ("X-AIR", true, true), ("X-AI-", true, true),
    // The agent's credentials stay here, whatever they are called.
    ("Authorization", false, true), ("Api-Key", false, true), ("X-Api-Key", false, true),
    ("x-goog-api-key", false, true),
    ("Cookie", false, true), ("Proxy-Authorization", false, false),
    // Written anew.
    ("Host", false, true), ("Expect", false, true), ("Accept-Encoding", false, true), ("Content-Length", false, false),
    // Ours, of any length.
    ("x-ai-a", false, false), ("x-ai-ab", false, false), ("X-AI-Model", false, false), ("X-Ai-Trace", false, false),
    ("x-ai-test", false, false), ("x-ai-provider", false, false), ("x-ai-eg-model", false, false),
    ("x-ai-fallback", false, false), ("x-ai-eg-models", false, false), ("x-ai-request-id", false, false),
    ("X-AI-Gateway-Tokens-Used", false, false),
    // Of one connection only.
    ("Connection", false, false), ("Keep-Alive", false, false), ("TE", false, false), ("Trailer", false, false),
    ("Upgrade", false, false), ("Proxy-Connection", false, false), ("HTTP2-Settings", false, false),
  ]

  @Test(arguments: table.indices) func whatGoesUpAndWhatComesDown(row: Int) throws {
    let (name, goesUp, comesDown) = Self.table[row]
    let value = name == "Connection" ? "keep-alive" : name == "Expect" ? "100-continue" : "0"
    let fields = name == "Host" || name == "Content-Length" ? [] : ["\(name): \(value)"]
    let head = try request("POST /v1/files", fields, body: name == "Content-Length" ? "x" : "").head
    let index = name == "Host" ? 0 : 1
    #expect(String(head.name(at: index)) == name)
    #expect(ForwardedFields.goesUp(index, of: head) == goesUp)
    #expect(ForwardedFields.comesDown(index, of: head) == comesDown)
  }

  @Test func whatAConnectionFieldNamesEndsHereToo() throws {
    let head = try request("GET /", ["Connection: close, X-Hop", "X-Hop: 1", "X-Stay: 2"]).head
    #expect(!ForwardedFields.goesUp(2, of: head) && !ForwardedFields.comesDown(2, of: head))
    #expect(ForwardedFields.goesUp(3, of: head) && ForwardedFields.comesDown(3, of: head))
  }

  @Test func runsOfFieldsAreTheSameAsLineByLine() throws {
    let fields = ["A: 1", "B:2", "c:\t three \t", "D:", "Long-Name: caf\u{e9}, \"x\""]
    let head = try request("GET /", fields).head
    #expect(head.count == 6)
    for kept in 0..<(1 << head.count) {
      var runs = ByteBuffer()
      ForwardedFields.append(head, to: &runs) { kept & (1 << $0) != 0 }
      var lines = ByteBuffer()
      for index in 0..<head.count where kept & (1 << index) != 0 { lines.appendField(at: index, of: head) }
      #expect(String(runs.span) == String(lines.span), "fields \(kept)")
    }
  }

  @Test func aHeadWithoutFieldsAppendsNothing() throws {
    let head = try request("GET / HTTP/1.0\r\n\r\n").head
    var buffer = ByteBuffer()
    ForwardedFields.append(head, to: &buffer) { _ in true }
    let nothing = buffer.isEmpty
    #expect(head.count == 0 && nothing)
  }
}
