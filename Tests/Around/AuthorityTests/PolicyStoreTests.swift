import Exchange
import JSON
import Policy
import Reactor
import TestSupport
import Testing

@testable import Authority

@Suite struct PolicyStoreTests {
  private let folder = Folder()
  private let now = WallTime(milliseconds: 1_700_000_000_000)

  init() {
    #expect(LoopThread.started)
    folder.makeFolder("state")
  }

  @EventLoop private func open(_ source: PolicySource = .commands) throws(PolicySourceError) -> PolicyStore {
    try PolicyStore(folder: folder.file("state"), source: source, at: now)
  }

  private var yaml: PolicySource { .files(folder.file("aigw.yaml")) }

  @EventLoop private func error(_ change: @EventLoop () async throws -> Void) async -> PolicyChangeError? {
    do {
      try await change()
      return nil
    } catch { return error as? PolicyChangeError }
  }

  // MARK: changes

  @Test @EventLoop func withoutAnythingThereIsNoPolicyUntilAChangeMakesOne() async throws {
    let store = try open()
    #expect(store.current == nil)
    let refused = await error {
      _ = try await store.change(.patch(json(#"{"budgets":{"all":{"limit":"1 tokens/day"}}}"#)))
    }
    guard case .invalid(let diagnostics) = refused else {
      return #expect(Bool(false), "\(String(describing: refused))")
    }
    #expect(diagnostics.count == 1 && diagnostics[0].message.contains("backends"))
    #expect(store.current == nil && folder.names == ["state"])
    let change = try await store.change(.patch(json(Sample.policy())))
    #expect(change.version.generation == Generation(1))
    #expect(change.changed == ["backends", "budgets"])
  }

  @Test @EventLoop func aChangeGetsTheNextGenerationAndSurvivesARestart() async throws {
    let store = try open()
    _ = try await store.change(.patch(json(Sample.policy())))
    let change = try await store.change(.patch(json(#"{"budgets":{"team":{"limit":"5 requests/minute"}}}"#)))
    #expect(change.version.generation == Generation(2) && change.changed == ["budgets.team"])
    #expect(change.version.policy.budgets.count == 2)
    let again = try open()
    #expect(again.current?.generation == Generation(2))
    #expect(again.current.map { text($0.document) } == text(change.version.document))
    #expect(again.warnings == [])
  }

  @Test @EventLoop func everyFaultOfAPatchIsToldAtOnceAndNothingIsChanged() async throws {
    let store = try open()
    let first = try await store.change(.patch(json(Sample.policy())))
    let patch = json(#"{"budgets":{"a":{"limit":"-1 tokens/day"},"b":{"limt":"5 requests/minute"}},"backend":{}}"#)
    guard case .invalid(let diagnostics) = await error({ _ = try await store.change(.patch(patch)) }) else {
      return #expect(Bool(false))
    }
    #expect(Set(diagnostics.map(\.path)).isSuperset(of: ["budgets.a.limit", "budgets.b.limt", "backend"]))
    #expect(store.current?.document == first.version.document && store.current?.generation == Generation(1))
  }

  @Test @EventLoop func aDryRunSaysWhatWouldChangeAndChangesNothing() async throws {
    let store = try open()
    _ = try await store.change(.patch(json(Sample.policy())))
    let change = try await store.change(.patch(json(#"{"budgets":{"all":null}}"#)), isDryRun: true)
    #expect(change.changed == ["budgets.all"] && change.version.generation == Generation(2))
    #expect(store.current?.generation == Generation(1) && store.current?.policy.budgets.count == 1)
  }

  @Test @EventLoop func aChangeForAnotherGenerationIsRefused() async throws {
    let store = try open()
    _ = try await store.change(.patch(json(Sample.policy())), expected: Generation.none)
    let refused = await error {
      _ = try await store.change(.patch(json(#"{"budgets":null}"#)), expected: Generation(7))
    }
    #expect(refused == .conflict(expected: Generation(7), current: Generation(1)))
    #expect(
      refused?.description
        == "the change was made for generation 7, and 1 is in force; look at it and try again")
  }

  @Test @EventLoop func aChangeThatChangesNothingIsNoNewGeneration() async throws {
    let store = try open()
    _ = try await store.change(.patch(json(Sample.policy())))
    let change = try await store.change(.patch(json(Sample.policy())))
    #expect(change.version.generation == Generation(1) && change.changed == [])
    #expect(!folder.names.contains("policy.previous.json"))
  }

  @Test @EventLoop func manyChangesAtOnceAreMadeOneAfterTheOther() async throws {
    let store = try open()
    _ = try await store.change(.patch(json(Sample.policy())))
    let gate = Gate(count: 50)
    for index in 0..<50 {
      EventLoop.spawn {
        _ = try? await store.change(.patch(json(#"{"budgets":{"b\#(index)":{"limit":"1 requests/day"}}}"#)))
        gate.passed()
      }
    }
    await gate.wait()
    #expect(store.current?.generation == Generation(51) && store.current?.policy.budgets.count == 51)
    #expect(try open().current?.policy.budgets.count == 51)
  }

  @Test @EventLoop func whatTheServerOfThePolicyCannotServeIsRefusedBeforeItIsSaved() async throws {
    let store = try open()
    let problem = Diagnostic(file: "policy", position: nil, path: "backends.openai.auth", message: "KEY is not set")
    store.alsoCheck = { _ in [problem] }
    #expect(await error { _ = try await store.change(.patch(json(Sample.policy()))) } == .invalid([problem]))
    #expect(store.current == nil && folder.names == ["state"])
  }

  @Test @EventLoop func whereTheStateCannotBeWrittenNothingIsChanged() async throws {
    let store = try open()
    _ = try await store.change(.patch(json(Sample.policy())))
    folder.makeFolder("state/policy.json.new")
    guard
      case .notWritable(let reason) = await error({ _ = try await store.change(.patch(json(#"{"budgets":null}"#))) })
    else { return #expect(Bool(false)) }
    #expect(reason.contains("policy.json.new"))
    #expect(store.current?.generation == Generation(1) && store.current?.policy.budgets.count == 1)
    folder.remove("state/policy.json.new")
    #expect(try open().current?.generation == Generation(1))
    _ = try await store.change(.patch(json(#"{"budgets":null}"#)))
    #expect(store.current?.generation == Generation(2))
  }

  // MARK: damage

  @Test @EventLoop func aDamagedFileIsSetAsideAndTheOneBeforeItIsUsed() async throws {
    let store = try open()
    _ = try await store.change(.patch(json(Sample.policy())))
    _ = try await store.change(.patch(json(#"{"budgets":{"all":{"limit":"7 tokens/day"}}}"#)))
    let whole = folder.read("state/policy.json")
    folder.write(String(whole.dropLast(20)), to: "state/policy.json")
    let again = try open()
    #expect(again.current?.policy.budgets[0].limit.amount == 100)
    // 2 was in force with another content.
    #expect(again.current?.generation == Generation(3))
    #expect(again.warnings.count == 1 && again.warnings[0].contains("policy.json is damaged"), "\(again.warnings)")
    #expect(
      again.warnings[0].hasSuffix("It was set aside as \(folder.file("state"))/policy.json.corrupt-1700000000000."))
    #expect(folder.names.isEmpty == false && folder.read("state/policy.json.corrupt-1700000000000").count > 0)
    let third = try open()
    #expect(third.current?.generation == Generation(3) && third.warnings == [])
  }

  @Test @EventLoop func aSavedPolicyThatIsNotValidIsSetAsideToo() async throws {
    folder.write(#"{"generation":4,"policy":{"backends":{}},"base":{}}"#, to: "state/policy.json")
    let store = try open()
    #expect(store.current == nil)
    #expect(store.warnings.first?.contains("is not valid for this release (backends: ") == true, "\(store.warnings)")
  }

  @Test(arguments: ["", "{", "[]", "{}", #"{"generation":0,"policy":{}}"#, #"{"generation":"1","policy":{}}"#, "\u{0}"])
  @EventLoop func noDamageKeepsTheStoreFromOpening(content: String) async throws {
    folder.write(content, to: "state/policy.json")
    folder.write(content, to: "state/policy.previous.json")
    let store = try open()
    #expect(store.current == nil && store.warnings.count == 2)
    _ = try await store.change(.patch(json(Sample.policy())))
    #expect(try open().current != nil)
  }

  @Test @EventLoop func aKillBetweenTheTwoRenamesLeavesThePolicyThatWasAcknowledged() async throws {
    let store = try open()
    _ = try await store.change(.patch(json(Sample.policy())))
    folder.write(folder.read("state/policy.json"), to: "state/policy.previous.json")
    folder.remove("state/policy.json")
    let again = try open()
    #expect(again.current?.generation == Generation(1) && again.warnings == [])
  }

  // MARK: files

  @Test @EventLoop func commandsStayOnTopOfFilesThatChange() async throws {
    folder.write(Sample.policy(), to: "aigw.yaml")
    let store = try open(yaml)
    #expect(store.current?.generation == Generation(1))
    _ = try await store.change(.patch(json(#"{"budgets":{"team":{"limit":"5 requests/minute"}}}"#)))
    #expect(store.current.map { text($0.overlay) } == #"{"budgets":{"team":{"limit":"5 requests/minute"}}}"#)
    #expect(try await store.reload() == nil)
    folder.write(Sample.policy(limit: "300 tokens/day"), to: "aigw.yaml")
    let change = try await store.reload()
    #expect(change?.changed == ["budgets.all.limit"] && change?.version.generation == Generation(3))
    #expect(store.current?.policy.budgets.map(\.limit.amount) == [300, 5])
    let again = try open(yaml)
    #expect(again.current?.generation == Generation(3) && again.current?.policy.budgets.count == 2)
  }

  @Test @EventLoop func whatChangedInTheFileWhileNobodyRanIsANewGeneration() async throws {
    folder.write(Sample.policy(), to: "aigw.yaml")
    _ = try await open(yaml).change(.patch(json(#"{"budgets":{"team":{"limit":"5 requests/minute"}}}"#)))
    folder.write(Sample.policy(limit: "9 tokens/day"), to: "aigw.yaml")
    let again = try open(yaml)
    #expect(again.current?.generation == Generation(3))
    #expect(again.current?.policy.budgets.map(\.limit.amount) == [9, 5])
  }

  @Test @EventLoop func aBadFileLeavesTheOldPolicyInForceAndIsToldOfUntilItIsGood() async throws {
    folder.write(Sample.policy(), to: "aigw.yaml")
    let store = try open(yaml)
    folder.write("backends: {openai: {provider: opnai, auth: {env: KEY}}}\n", to: "aigw.yaml")
    let refused = await error { _ = try await store.reload() }
    #expect(refused?.description.hasPrefix(folder.file("aigw.yaml") + ":1:") == true, "\(String(describing: refused))")
    #expect(store.current?.generation == Generation(1))
    #expect(store.warnings.count == 1 && store.warnings[0].hasSuffix("The old policy stays in force."))
    #expect(try open(yaml).warnings.first?.hasSuffix("The last good policy, generation 1, is in force.") == true)
    folder.write(Sample.policy(), to: "aigw.yaml")
    _ = try await store.reload()
    #expect(store.warnings == [])
  }

  @Test @EventLoop func aFileThatIsGoodAloneButNotWithTheCommandsIsRefusedAsThat() async throws {
    folder.write(#"{\#(Sample.backends),"models":{"m":{"chain":[{"backend":"openai"}]}}}"#, to: "aigw.yaml")
    let store = try open(yaml)
    _ = try await store.change(.patch(json(#"{"budgets":{"m":{"limit":"1 tokens/day","match":{"model":"m"}}}}"#)))
    folder.write(#"{\#(Sample.backends),"models":{"n":{"chain":[{"backend":"openai"}]}}}"#, to: "aigw.yaml")
    guard case .invalid(let diagnostics) = await error({ _ = try await store.reload() }) else {
      return #expect(Bool(false))
    }
    #expect(diagnostics.map(\.path) == ["budgets.m.match.model"])
    #expect(diagnostics[0].file.hasSuffix("aigw.yaml, changed by commands"))
  }

  @Test @EventLoop func aFileThatIsGoneIsReportedAndAFirstStartWithoutItFails() async throws {
    #expect(throws: PolicySourceError.self) { _ = try open(yaml) }
    folder.write(Sample.policy(), to: "aigw.yaml")
    let store = try open(yaml)
    folder.remove("aigw.yaml")
    guard case .unreadable(let reason) = await error({ _ = try await store.reload() }) else {
      return #expect(Bool(false))
    }
    #expect(reason.hasPrefix("--policy \(folder.file("aigw.yaml")): "))
    #expect(store.current != nil)
  }

  @Test @EventLoop func aFolderIsOneDocumentAndEachOfItsFilesIsWatched() async throws {
    folder.makeFolder("policy.d")
    folder.write("backends: {openai: {provider: openai, auth: {env: KEY}}}\n", to: "policy.d/10-backends.yaml")
    folder.write(#"{"budgets":{"all":{"limit":"1 tokens/day"}}}"#, to: "policy.d/20-budgets.json")
    folder.write("not a policy", to: "policy.d/notes.txt")
    let source = PolicySource.files(folder.file("policy.d"))
    let store = try open(source)
    #expect(store.current?.policy.budgets.count == 1)
    let before = source.stamps()
    folder.write("budgets: {more: {limit: 22 tokens/day}}\n", to: "policy.d/30-more.yml")
    let between = source.stamps()
    #expect(before != between)
    folder.write(#"{"budgets":{"all":{"limit":"10 tokens/day"}}}"#, to: "policy.d/20-budgets.json")
    #expect(source.stamps() != between)
    #expect(try await store.reload()?.version.policy.budgets.map(\.limit.amount) == [10, 22])
  }

  @Test @EventLoop func aCommandThatSaysWhatTheFileSaysLeavesNoOverlay() async throws {
    folder.write(Sample.policy(), to: "aigw.yaml")
    let store = try open(yaml)
    _ = try await store.change(.patch(json(#"{"budgets":{"all":{"limit":"1 tokens/day"}}}"#)))
    _ = try await store.change(.patch(json(#"{"budgets":{"all":{"limit":"100 tokens/day"}}}"#)))
    #expect(store.current.map { text($0.overlay) } == "{}")
  }

  @Test @EventLoop func withoutItsFileThePolicyGoesOnAsItWas() async throws {
    folder.write(Sample.policy(), to: "aigw.yaml")
    _ = try await open(yaml).change(.patch(json(#"{"budgets":{"team":{"limit":"5 requests/minute"}}}"#)))
    let alone = try open(.commands)
    #expect(alone.current?.generation == Generation(2) && alone.current?.policy.budgets.count == 2)
  }
}

/// Opens when `count` have passed.
@EventLoop
final class Gate {
  private var left: Int
  private let waiter = Waiter()

  init(count: Int) { left = count }

  func passed() {
    left -= 1
    waiter.wake()
  }

  func wait() async { while left > 0 { await waiter.wait() } }
}
