import Control
import Exchange
import JSON
import Ledger
import Reactor
import TestSupport
import Testing

@testable import Authority

@Suite(.serialized) struct NodeTests {
  init() { #expect(LoopThread.started) }

  private let meter = MeterName(budget: BudgetName("all"), measure: "totalTokens/day", key: "")
  private static let request = RequestID(high: 7, low: 9)

  private func receipt(_ attempt: Int = 1, tokens: Int64 = 30) -> Receipt {
    Receipt(
      request: Self.request, attempt: attempt, endedAt: .now, model: ModelName("gpt-4o"),
      backend: BackendName("openai"), payer: "user=alice", user: "alice",
      usage: Usage(input: TokenCount(10), output: TokenCount(tokens - 10)), state: .settled, status: 200)
  }

  private func budget(_ limit: String) -> String { #"{"name":"all","budget":{"limit":"\#(limit)"}}"# }

  // MARK: policy

  @Test @EventLoop func aSidecarHearsThePolicyFirstAndEachGenerationAfterIt() async throws {
    let daemon = try await DaemonInProcess()
    let sidecar = try await daemon.sidecar("a")
    let first = try await sidecar.next()
    #expect(first["generation"]?.integer == 1 && first["policy"] == json(Sample.policy()))
    let client = daemon.client()
    async let answer = client.call("SetBudget", json(budget("200 tokens/day")))
    let second = try await sidecar.nextPolicy()
    #expect(second["policy"]?["budgets"]?["all"]?["limit"]?.string == "200 tokens/day")
    try await sidecar.acknowledge(2)
    let change = try await answer
    #expect(
      text(change)
        == #"{"change":{"generation":2,"changed":["budgets.all.limit"],"sidecars":[{"sidecar":"a","state":"applied","diagnostics":[]}]}}"#
    )
    await daemon.close()
  }

  @Test @EventLoop func aChangeNamesThoseThatRefuseAndThoseThatAreSilent() async throws {
    let daemon = try await DaemonInProcess()
    let (refusing, silent, leaving) = (
      try await daemon.sidecar("refusing"), try await daemon.sidecar("silent"), try await daemon.sidecar("leaving")
    )
    for sidecar in [refusing, silent, leaving] { _ = try await sidecar.next() }
    let client = daemon.client()
    async let answer = client.call("SetBackendState", json(#"{"backend":"openai","state":"drained","timeout":300}"#))
    _ = try await refusing.nextPolicy()
    try await refusing.acknowledge(2, refusing: ["KEY is not set"])
    leaving.leave()
    let sidecars = try await answer["change"]?["sidecars"]?.elements ?? []
    #expect(
      sidecars.map { text($0["sidecar"]!) + text($0["state"]!) } == [
        #""leaving""pending""#, #""refusing""refused""#, #""silent""pending""#,
      ])
    #expect(sidecars[1]["diagnostics"]?[0]?["message"]?.string == "KEY is not set")
    let backends = try await daemon.call("GetBackends")
    #expect(backends["backends"]?[0]?["drained"]?.bool == true)
    _ = try await daemon.call("SetBackendState", #"{"backend":"openai","state":"active","timeout":0}"#)
    #expect(text(try await daemon.call("GetPolicy")["policy"]!) == Sample.policy())
    await daemon.close()
  }

  @Test @EventLoop func namesThatAreUnknownAreRefusedWithThoseThatAreKnown() async throws {
    let daemon = try await DaemonInProcess()
    #expect(await daemon.refusal("SetBudget", #"{"name":"al"}"#) == .unknownBudget(name: "al", known: ["all"]))
    #expect(await daemon.refusal("GetBudgets", #"{"name":"al"}"#) == .unknownBudget(name: "al", known: ["all"]))
    #expect(await daemon.refusal("SetChain", #"{"model":"m"}"#) == .unknownModel(name: "m", known: []))
    #expect(
      await daemon.refusal("SetBackendState", #"{"backend":"opnai","state":"drained"}"#)
        == .unknownBackend(name: "opnai", known: ["openai"]))
    #expect(await daemon.refusal("GetReceipts", #"{"request":"x"}"#) == .unknownRequest("x"))
    #expect(await daemon.refusal("GetUsage", #"{"by":["user","colour"]}"#) == .invalidParameter("by[1]"))
    #expect(
      await daemon.refusal("Acknowledge", #"{"holder":"h","generation":1,"applied":true,"diagnostics":[]}"#)
        == .unknownSidecar(holder: "h"))
    await daemon.close()
  }

  @Test @EventLoop func aPatchThatIsNotValidChangesNothingAndSaysAllThatIsWrong() async throws {
    let daemon = try await DaemonInProcess()
    let patch = #"{"patch":{"budgets":{"all":{"limit":"0 tokens/day"},"x":{"limt":1}},"unknown":1}}"#
    guard case .policyInvalid(let diagnostics) = await daemon.refusal("PatchPolicy", patch) else {
      return #expect(Bool(false))
    }
    #expect(diagnostics.count >= 3 && diagnostics.allSatisfy { $0.file == nil || $0.line != nil }, "\(diagnostics)")
    let conflict = await daemon.refusal("PatchPolicy", #"{"patch":{},"expected":9}"#)
    #expect(conflict == .generationConflict(expected: 9, current: 1))
    let dry = try await daemon.call("PatchPolicy", #"{"patch":{"budgets":null},"dryRun":true}"#)
    #expect(text(dry) == #"{"change":{"generation":2,"changed":["budgets"],"sidecars":[]}}"#)
    #expect(try await daemon.call("GetPolicy")["generation"]?.integer == 1)
    await daemon.close()
  }

  @Test @EventLoop func aBudgetWhoseTimeZoneIsNowhereIsRefused() async throws {
    let daemon = try await DaemonInProcess()
    let refused = await daemon.refusal(
      "SetBudget", #"{"name":"x","budget":{"limit":"5 tokens/day","timezone":"Mars/Olympus"}}"#)
    guard case .policyInvalid(let diagnostics) = refused else {
      return #expect(Bool(false), "\(String(describing: refused))")
    }
    #expect(diagnostics.map(\.path) == ["budgets.x"])
    await daemon.close()
  }

  // MARK: leases

  @Test @EventLoop func twoHoldersThatHammerOneBudgetSpendAllOfItAndNoMore() async throws {
    let daemon = try await DaemonInProcess(policy: Sample.policy(limit: "1000 tokens/day"))
    let sidecars = [try await daemon.sidecar("a"), try await daemon.sidecar("b")]
    let gate = Gate(count: 2)
    for sidecar in sidecars {
      EventLoop.spawn {
        var rounds = 0
        while rounds < 500 {
          rounds += 1
          guard let grant = try? await sidecar.lease(meter, needs: 7, wants: 70) else { break }
          #expect(grant.used + grant.reserved <= 1_000)
          _ = sidecar.spend(7)
          if grant.used >= 1_000 - 7 { break }
        }
        gate.passed()
      }
    }
    await gate.wait()
    let spent = sidecars.reduce(0) { $0 + $1.counters.spent }
    #expect(spent <= 1_000 && spent > 980, "\(sidecars.map(\.counters))")
    #expect(sidecars.allSatisfy { $0.counters.spent > 100 }, "\(sidecars.map(\.counters))")
    await daemon.close()
  }

  @Test @EventLoop func grantsOutliveTheDaemon() async throws {
    let folder = Folder()
    var daemon = try await DaemonInProcess(folder, policy: Sample.policy(limit: "100 tokens/day"))
    let first = try await daemon.sidecar("a")
    _ = try await first.lease(meter, needs: 60, wants: 60)
    let granted = first.counters.granted
    #expect(granted >= 60)
    await daemon.close()
    daemon = try await DaemonInProcess(folder)
    let second = try await daemon.sidecar("b")
    let grant = try await second.lease(meter, needs: 100 - granted + 1, wants: 100)
    #expect(grant.granted <= 100 - granted && grant.reserved >= granted)
    await daemon.close()
  }

  @Test @EventLoop func creditOfAnIdleHolderIsRecalledForOneThatNeedsIt() async throws {
    let daemon = try await DaemonInProcess(policy: Sample.policy(limit: "100 tokens/day"))
    let (idle, needy) = (try await daemon.sidecar("idle"), try await daemon.sidecar("needy"))
    _ = try await idle.next()
    _ = try await idle.lease(meter, needs: 40, wants: 40)
    _ = try await idle.lease(meter, needs: 0, wants: 40)
    #expect(idle.counters.credit >= 40)
    let short = try await needy.lease(meter, needs: 99, wants: 99)
    #expect(short.granted < 99)
    let recall = try await idle.next()
    #expect(recall["recalls"]?[0].flatMap { MeterName(recall: $0) } == meter, "\(text(recall))")
    idle.giveBack()
    _ = try await idle.lease(meter, needs: 0, wants: 0)
    let enough = try await needy.lease(meter, needs: 99, wants: 99)
    #expect(enough.granted >= 99)
    let budgets = try await daemon.call("GetBudgets", #"{"name":"all"}"#)
    #expect(budgets["budgets"]?[0]?["reserved"]?.integer == needy.counters.granted, "\(text(budgets))")
    await daemon.close()
  }

  // MARK: reports

  @Test @EventLoop func aReceiptReportedTwiceCountsOnce() async throws {
    let daemon = try await DaemonInProcess()
    let sidecar = try await daemon.sidecar("a")
    for _ in 0..<2 { try await sidecar.report(receipts: [receipt(), receipt(2)]) }
    let usage = try await daemon.call("GetUsage", #"{"by":["user","sidecar"]}"#)
    #expect(usage["rows"]?.count == 1)
    #expect(usage["rows"]?[0].map { text($0["keys"]!) } == #"["alice","a"]"#)
    #expect(usage["rows"]?[0]?["requests"]?.integer == 2 && usage["rows"]?[0]?["totalTokens"]?.integer == 60)
    let receipts = try await daemon.call("GetReceipts", #"{"request":"\#(Self.request)"}"#)
    #expect(receipts["receipts"]?.elements?.compactMap { Receipt($0)?.attempt } == [1, 2])
    #expect(try await daemon.call("GetStatus")["receipts"]?.integer == 2)
    await daemon.close()
  }

  @Test @EventLoop func whatIsWrongInAReportIsNamedAndNothingOfItIsWritten() async throws {
    let daemon = try await DaemonInProcess()
    let bad = MergePatch.apply(json(#"{"state":"paid"}"#), to: receipt().json)
    let refused = await daemon.refusal(
      "Report",
      #"{"holder":"h","receipts":[\#(text(receipt().json)),\#(text(bad))],"events":[],"answers":[]}"#)
    #expect(refused == .invalidParameter("receipts[1]"))
    #expect(try await daemon.call("GetStatus")["receipts"]?.integer == 0)
    await daemon.close()
  }

  @Test @EventLoop func whyAsksTheSidecarsAndAnswersWithTheFirstExplanation() async throws {
    let daemon = try await DaemonInProcess()
    let (knows, ignorant) = (try await daemon.sidecar("knows"), try await daemon.sidecar("ignorant"))
    for sidecar in [knows, ignorant] { _ = try await sidecar.next() }
    let client = daemon.client()
    async let answer = client.call("Explain", json(#"{"request":"\#(Self.request)"}"#))
    for sidecar in [ignorant, knows] {
      let question = try await sidecar.next()["questions"]?[0]
      #expect(question?["explain"]?.string == Self.request.description)
      let ticket = question?["ticket"] ?? 0
      try await sidecar.report(
        answers: sidecar === knows
          ? [["ticket": ticket, "found": true, "explanation": ["steps": []]]]
          : [["ticket": ticket, "found": false]])
    }
    #expect(text(try await answer) == #"{"explanation":{"steps":[]},"receipts":[]}"#)
    #expect(await daemon.refusal("Explain", #"{"request":"nonsense"}"#) == .unknownRequest("nonsense"))
    await daemon.close()
  }

  @Test @EventLoop func whyAnswersFromTheLedgerWhereNobodyRemembers() async throws {
    let daemon = try await DaemonInProcess()
    let sidecar = try await daemon.sidecar("a")
    try await sidecar.report(receipts: [receipt(), receipt(2)])
    async let answer = daemon.call("Explain", #"{"request":"\#(Self.request)"}"#)
    var question = try await sidecar.next()["questions"]?[0]
    while question == nil { question = try await sidecar.next()["questions"]?[0] }
    try await sidecar.report(answers: [["ticket": question?["ticket"] ?? 0, "found": false]])
    let explanation = try await answer["explanation"]
    #expect(explanation?["from"]?.string == "ledger")
    #expect(explanation?["request"]?.string == Self.request.description)
    #expect(explanation?["steps"]?.elements?.map { $0["step"]?.string } == ["settled", "settled"])
    #expect(explanation?["steps"]?[1]?["backend"]?.string == receipt(2).backend?.text)
    await daemon.close()
  }

  @Test @EventLoop func watchersSeeEventsAndSidecarsAreToldWhetherSomebodyWatches() async throws {
    let daemon = try await DaemonInProcess()
    let sidecar = try await daemon.sidecar("a")
    #expect(try await sidecar.next()["watched"]?.bool == false)
    let feed = try await daemon.client().subscribe("Watch")
    #expect(try await sidecar.next()["watched"]?.bool == true)
    try await sidecar.report(events: [
      GatewayEvent(at: .now, kind: .refusal, sidecar: "forged", subject: "all", message: "refused")
    ])
    let event = try await feed.next(timeoutMs: 5_000)?["event"]
    #expect(event?["kind"]?.string == "refusal" && event?["sidecar"]?.string == "a")
    _ = try await daemon.call("SetBudget", budget("7 tokens/day").dropLast() + #","timeout":0}"#)
    let change = try await feed.next(timeoutMs: 5_000)?["event"]
    #expect(change?["message"]?.string == "generation 2: budgets.all.limit")
    feed.close()
    var state = try await sidecar.next()
    while state["watched"]?.bool == true { state = try await sidecar.next() }
    await daemon.close()
  }

  @Test @EventLoop func sidecarsAreListedWithWhatTheyLastSaid() async throws {
    let daemon = try await DaemonInProcess()
    let sidecar = try await daemon.sidecar("a")
    let status = SidecarStatus(
      generation: Generation(1), calls: 12, openCalls: 3, residentBytes: 1 << 20,
      backends: [.init(name: BackendName("openai"), circuit: .open, calls: 12, failures: 4)])
    try await sidecar.report(status: status)
    try await sidecar.acknowledge(1)
    let listed = try await daemon.call("GetSidecars")["sidecars"]?[0]
    #expect(listed?["state"]?.string == "current" && listed?["calls"]?.integer == 12)
    #expect(listed?["pid"]?.integer != 0 && listed?["openCalls"]?.integer == 3)
    let backend = try await daemon.call("GetBackends")["backends"]?[0]
    #expect(backend?["circuit"]?.string == "open" && backend?["failures"]?.integer == 4)
    let daemonStatus = try await daemon.call("GetStatus")
    #expect(daemonStatus["sidecars"]?.integer == 1 && daemonStatus["generation"]?.integer == 1)
    #expect(daemonStatus["program"]?.string == "aigwd" && daemonStatus["warnings"]?.count == 0)
    await daemon.close()
  }
}
