import Bytes
import Dialects
import Exchange
import Foundation
import Glibc
import Guard
import HTTP
import Hub
import Identity
import Ledger
import Logging
import Policy
import Reactor
import TestSupport
import Testing

@testable import Gateway
@testable import Listener

/// What an attempt owns is settled once, and a policy is made ready once. A second settlement, or none, ends the process:
/// such tests run in one of their own.
@Suite(.serialized) struct AttemptTests {
  init() { #expect(LoopThread.started) }

  @Test func anAttemptThatIsSettledHoldsNothing() async throws {
    let (open, after) = try await Self.onAPlane { plane in
      let attempt = try await Self.attempt(of: plane)
      let open = plane.till.admission.openCalls
      attempt.settle(attempt.ending(.agentGone, status: 0))
      return (open, plane.till.admission.openCalls)
    }
    #expect(open == 1)
    #expect(after == 0)
  }

  @Test func settlingAnAttemptTwiceStopsTheProcess() async {
    await #expect(processExitsWith: .signal(SIGILL)) {
      try await AttemptTests.onAPlane { plane in
        let attempt = try await AttemptTests.attempt(of: plane)
        for _ in 0..<2 { attempt.settle(attempt.ending(.agentGone, status: 0)) }
      }
    }
  }

  @Test func droppingAnAttemptThatIsNotSettledStopsTheProcess() async {
    await #expect(processExitsWith: .signal(SIGILL)) {
      try await AttemptTests.onAPlane { plane in _ = try await AttemptTests.attempt(of: plane) }
    }
  }

  @Test func aPolicyThatWasPreparedIsNotMadeReadyAgainToBeApplied() async throws {
    try await Self.onAPlane { plane in
      let policy = try Self.policy(auth: "{env: OTHER}")
      try plane.prepare(policy)
      let prepared = try #require(plane.prepared?.serving)
      try plane.apply(policy)
      #expect(plane.serving === prepared)
      #expect(plane.prepared?.serving === nil)
      try plane.prepare(policy)
      try plane.apply(Self.policy(auth: "{env: KEY}"))
      #expect(plane.serving !== prepared && plane.prepared?.serving === nil, "another one was made ready")
      try plane.prepare(policy)
      plane.forgetPrepared()
      #expect(plane.prepared?.serving === nil)
    }
  }

  // MARK: -

  /// A data plane that is ended however `work` does.
  @EventLoop private static func run<Value: Sendable>(
    _ work: @EventLoop (DataPlane) async throws -> Value
  ) async throws -> Value {
    let plane = try plane()
    let result: Result<Value, any Error>
    do { result = .success(try await work(plane)) } catch { result = .failure(error) }
    await plane.drain(graceMs: 0)
    await plane.close()
    return try result.get()
  }

  private static func onAPlane<Value: Sendable>(
    _ work: @EventLoop @Sendable (DataPlane) async throws -> Value
  ) async throws -> Value {
    guard LoopThread.started else { throw StartupError("no loop") }
    return try await run(work)
  }

  private static func policy(auth: String) throws -> Policy {
    let text = """
      backends: {only: {provider: openai, baseURL: "http://127.0.0.1:9/v1", auth: \(auth)}}
      models: {m: {chain: [{backend: only}]}}
      budgets: {cap: {limit: 100000 tokens/day}}
      """
    return try Policy.load(bytes: text.utf8.span, file: "aigw.yaml")
  }

  @EventLoop private static func plane() throws -> DataPlane {
    try DataPlane(
      policy(auth: "{env: KEY}"),
      ledger: Ledger(path: FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path),
      environment: ["KEY": "sk", "OTHER": "sk-2"],
      log: Logger(label: "test"))
  }

  @EventLoop private static func attempt(of plane: DataPlane) async throws -> Attempt {
    let request = try request(
      "POST /v1/chat/completions", ["Content-Type: application/json"], body: "{\"model\":\"m\",\"max_tokens\":9}")
    let agent = AgentConnection(ByteStream(isPath: false), limits: ConnectionLimits())
    let call = try Call(
      RequestID(high: 0, low: 1), request, at: EndpointRouter.all.endpoint(of: request),
      by: Payer(of: request, trusting: Trust()),
      on: agent, costs: CostBook([]), startedAt: 0)
    let candidate = try plane.serving.route(of: call).candidates[0]
    guard case .admitted(let held) = await plane.till.admit(call, to: candidate, under: plane.serving) else {
      throw StartupError("the call was refused")
    }
    agent.stream.close()
    return Attempt(call, with: candidate, nil, holding: held, outputMax: nil, under: plane.serving, of: plane)
  }
}
