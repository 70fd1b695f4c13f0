import Bytes
import Dialects
import Exchange
import Guard
import HTTP
import Hub
import Identity
import Meters
import Reactor
import TestSupport
import Testing

@testable import Gateway
@testable import Listener

@Suite(.serialized) struct SelectorsTests {
  init() { #expect(LoopThread.started) }

  private static let pod = PodIdentity([
    "POD_NAME": "researcher-0", "POD_NAMESPACE": "agents", "SERVICE_ACCOUNT": "runner",
  ])
  private static let fields = [
    "Content-Type: application/json", "x-user-id: alice", "x-team-id: eng", "x-tenant-id: acme", "x-job: j1",
  ]

  static let values: [(dimension: BudgetRule.Dimension, value: String?)] = [
    (.user, "alice"), (.team, "eng"), (.tenant, "acme"), (.pod, "researcher-0"), (.namespace, "agents"),
    (.serviceAccount, "runner"), (.model, "gpt-4o"), (.backend, "main"), (.path, "/v1/chat/completions"),
    (.header("x-job"), "j1"), (.header("x-none"), nil), (.pattern("^a.*e$", of: .user), "alice"),
    (.pattern("^b", of: .user), nil), (.pattern(".*", of: .header("x-none")), nil),
    (.pattern("(chat|text)/", of: .path), "/v1/chat/completions"),
  ]

  @Test @EventLoop func everyDimensionOfACallHasItsValue() throws {
    let selectors = try selectors(Self.values.map(\.dimension))
    try with("POST /v1/chat/completions?a=b", Self.fields) { call in
      for (dimension, value) in Self.values {
        #expect(selectors.value(of: dimension, for: call, at: BackendName("main")) == value, "\(dimension)")
      }
      #expect(selectors.value(of: .backend, for: call, at: nil) == nil)
    }
  }

  /// What is looked at, the call, and the code of its refusal.
  static let tooLong: [(dimension: BudgetRule.Dimension, line: String, fields: [String], code: String?)] = {
    let long = String(repeating: "a", count: 257)
    let user = ["x-user-id: \(long)"]
    let chat = "POST /v1/chat/completions"
    return [
      (.user, chat, user, "header_too_long"), (.header("x-user-id"), chat, user, "header_too_long"),
      (.pattern("a", of: .user), chat, user, "header_too_long"), (.team, chat, user, nil), (.pod, chat, user, nil),
      (.path, "GET /v1/\(long)", [], "path_too_long"),
      (.pattern("a", of: .path), "GET /v1/\(long)", [], "path_too_long"),
      (.path, "GET /v1/files?\(long)", [], nil), (.user, "GET /v1/\(long)", [], nil),
    ]
  }()

  @Test(arguments: tooLong.indices) @EventLoop func whatIsTooLongToTellApartIsRefusedWhereItIsLookedAt(row: Int) throws
  {
    let (dimension, line, fields, code) = Self.tooLong[row]
    let selectors = try selectors([dimension])
    try with(line, fields) { call in
      do throws(Fault) {
        try selectors.check(call)
        #expect(code == nil)
      } catch { #expect(error.code == code) }
    }
  }

  @Test @EventLoop func aPatternThatIsNoneIsRefusedByName() {
    let error = #expect(throws: StartupError.self) { try selectors([.pattern("(", of: .user)]) }
    #expect(error?.description.hasPrefix("the pattern (: ") == true)
  }

  @EventLoop private func selectors(_ dimensions: [BudgetRule.Dimension]) throws -> Selectors {
    let rule = BudgetRule(
      name: BudgetName("b"), unit: .requests, limit: 1, shape: .tokenBucket(.minute, burst: 1), per: dimensions)
    return try Selectors([rule], [], trusting: Trust.Headers())
  }

  @EventLoop private func with(_ line: String, _ fields: [String], _ look: (Call) throws -> Void) throws {
    let request = try request(line, fields, body: line.hasPrefix("POST") ? "{\"model\":\"gpt-4o\"}" : "")
    let stream = ByteStream(isPath: false)
    defer { stream.close() }
    try look(
      Call(
        RequestID(high: 0, low: 1), request, at: EndpointRouter.all.endpoint(of: request),
        by: Payer(of: request, trusting: Trust(pod: Self.pod)),
        on: AgentConnection(stream, limits: ConnectionLimits()), costs: CostBook([]), startedAt: 0))
  }
}
