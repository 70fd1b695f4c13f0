import Bytes
import Client
import Dialects
import Exchange
import HTTP
import TestSupport
import Testing

@testable import Gateway
@testable import Upstream

@Suite struct FailureTests {
  private let backend = BackendName("openai")

  private func failure(_ status: Int, _ fields: String...) throws -> Failure {
    var decoder = ReplyDecoder(requestMethod: .post)
    var input = ByteBuffer()
    var body = ByteBuffer()
    input.append((["HTTP/1.1 \(status) X"] + fields).joined(separator: "\r\n") + "\r\nContent-Length: 0\r\n\r\n")
    guard case .head(let reply) = try decoder.next(from: &input, body: &body) else { throw Unexpected() }
    let stored = Failure.Stored(status: reply.status, head: reply.head, body: ByteSlice())
    return Failure(backend, .told(Dialect.openAI.adapter.fault(status: status, body: ByteSlice()), stored))
  }

  static let statuses: [(status: Int, trigger: FailoverTrigger?, summary: String)] = [
    (429, .rateLimit, "openai=rateLimit (status 429)"), (500, .error, "openai=error (status 500)"),
    (503, .error, "openai=error (status 503)"), (599, .error, "openai=error (status 599)"),
    (529, .rateLimit, "openai=rateLimit (status 529)"), (504, .timeout, "openai=timeout (status 504)"),
    (408, .timeout, "openai=timeout (status 408)"), (402, .error, "openai=error (status 402)"),
    (400, nil, "openai=refused (status 400)"), (401, nil, "openai=refused (status 401)"),
    (404, nil, "openai=refused (status 404)"),
  ]

  @Test(arguments: statuses.indices) func aReplysStatusDecidesWhoHasToDoSomething(row: Int) throws {
    let failure = try failure(Self.statuses[row].status)
    #expect(failure.trigger == Self.statuses[row].trigger)
    #expect(failure.summary == Self.statuses[row].summary)
    #expect(failure.reply?.status == Self.statuses[row].status)
  }

  static let waits: [(fields: [String], ms: Int64?)] = [
    ([], nil), (["Retry-After: 7"], 7000), (["Retry-After: 0"], 0), (["retry-after-ms: 250"], 250),
    (["Retry-After: 7", "Retry-After-Ms: 250"], 250), (["Retry-After: 999999"], 999_999_000),
    (["Retry-After: 1000000"], nil), (["Retry-After: 9999999999999999999"], nil), (["Retry-After: -1"], nil),
    (["Retry-After: 1.5"], nil), (["Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"], nil),
    (["retry-after-ms: x", "Retry-After: 2"], 2000),
  ]

  @Test(arguments: waits.indices) func whatAProviderAsksForIsReadWhereItCanBe(row: Int) throws {
    let fields = Self.waits[row].fields
    let failure = fields.count == 2 ? try failure(429, fields[0], fields[1]) : try failure(429, fields.first ?? "A: b")
    #expect(failure.retryAfterMs == Self.waits[row].ms)
  }

  @Test func aFaultKeepsItsTriggerAndItsReason() {
    let failure = Failure(backend, .connection(.timedOut(.firstByte, afterMs: 50)))
    #expect(failure.trigger == .timeout && failure.reply == nil && failure.retryAfterMs == nil)
    #expect(failure.summary == "openai=timeout (no reply within 50 ms)")
    #expect(Failure(backend, .connection(.interrupted)).summary == "openai=refused (the agent went away)")
    #expect(Failure(backend, .unusable("its reply is not JSON")).summary == "openai=error (its reply is not JSON)")
    #expect(Failure(backend, .passedOver("circuit open")).summary == "openai=error (circuit open)")
  }

  @Test func whatAProviderSaidInThePlaceOfAnAnswerIsNamedAndKeptButNotLogged() {
    let words = Dialect.openAI.adapter.fault(
      status: nil, body: ByteSlice(#"{"error":{"message":"your prompt: secret","code":"insufficient_quota"}}"#))
    let failure = Failure(backend, .told(words, nil))
    #expect(failure.trigger == .rateLimit)
    #expect(failure.words?.message == "your prompt: secret")
    #expect(failure.summary == "openai=rateLimit (it answered with the error insufficient_quota)")
  }

  @Test func nothingInASummaryCanLeaveItsHeaderLine() {
    let reason = "a\r\nX-Evil: 1\u{0}\t\u{7f}\u{1b}[31m caf\u{e9}, \u{1F600}"
    let summary = Failure(backend, .unusable(reason)).summary
    #expect(summary == "openai=error (a  X-Evil: 1    [31m caf    )")
    #expect(summary.utf8.allSatisfy { $0 >= 32 && $0 < 127 })
  }

  @Test func aLongReasonIsCut() {
    let summary = Failure(backend, .unusable(String(repeating: "long ", count: 1000))).summary
    #expect(summary.utf8.count == "openai=error ()".utf8.count + 120)
  }

  private struct Unexpected: Error {}
}
