import Control
import Exchange
import JSON
import Testing

@testable import Authority

@Suite struct RosterTests {
  private var roster = Roster()
  private let alice = HolderName("h-alice")
  private let bob = HolderName("h-bob")

  private func identity(_ holder: HolderName) -> SidecarIdentity {
    SidecarIdentity(holder: holder, name: "pod/\(holder)", version: "1")
  }

  private func at(_ seconds: Int64) -> WallTime { WallTime(milliseconds: seconds * 1000) }

  private mutating func join(_ holder: HolderName, at seconds: Int64 = 0, uid: Int64 = 1) -> Roster.Visit {
    roster.joined(identity(holder), pid: 7, uid: uid, at: at(seconds))
  }

  @Test mutating func aSidecarIsBehindUntilItHasApplied() {
    _ = join(alice)
    #expect(roster.acknowledgement(of: alice, Generation(3)) == nil)
    #expect(roster.accounts(newest: Generation(3)).map(\.state) == [.behind])
    let isKnown = roster.acknowledged(alice, Generation(3), applied: true, diagnostics: [])
    #expect(isKnown)
    #expect(roster.acknowledgement(of: alice, Generation(3))?.state == .applied)
    #expect(roster.accounts(newest: Generation(3)).map(\.state) == [.current])
    #expect(roster.accounts(newest: Generation(4)).map(\.state) == [.behind])
  }

  @Test mutating func aLaterGenerationAnswersForTheOnesThatWereSkipped() {
    _ = join(alice)
    _ = roster.acknowledged(alice, Generation(5), applied: true, diagnostics: [])
    #expect(roster.acknowledgement(of: alice, Generation(4))?.state == .applied)
  }

  @Test mutating func aRefusalIsToldWithItsReasonsUntilSomethingNewerIsApplied() {
    _ = join(alice)
    let reason = ControlError.Diagnostic(path: "backends.x.auth", message: "KEY is not set")
    _ = roster.acknowledged(alice, Generation(3), applied: true, diagnostics: [])
    _ = roster.acknowledged(alice, Generation(4), applied: false, diagnostics: [reason])
    #expect(
      roster.acknowledgement(of: alice, Generation(4))
        == Acknowledgement(sidecar: "pod/h-alice", state: .refused, diagnostics: [reason]))
    #expect(roster.acknowledgement(of: alice, Generation(3))?.state == .applied)
    #expect(
      roster.accounts(newest: Generation(4)).first.map { [$0.state == .refused, $0.generation.number == 3] } == [
        true, true,
      ])
    _ = roster.acknowledged(alice, Generation(5), applied: true, diagnostics: [])
    #expect(roster.accounts(newest: Generation(5)).map(\.state) == [.current])
  }

  @Test mutating func whoLeavesIsWaitedForNoLonger() {
    let visit = join(alice)
    let isNewest = roster.left(alice, visit, at: at(1))
    #expect(isNewest)
    #expect(roster.acknowledgement(of: alice, Generation(1))?.state == .pending)
    #expect(roster.accounts(newest: Generation(1)).map(\.state) == [.gone])
    #expect(roster.connected == [])
    let isKnown = roster.acknowledged(alice, Generation(1), applied: true, diagnostics: [])
    #expect(!isKnown)
  }

  @Test mutating func aSidecarThatComesBackBeforeItsOldConnectionEndsIsHere() {
    let first = join(alice)
    let second = join(alice, at: 1)
    let isNewest = roster.left(alice, first, at: at(2))
    #expect(!isNewest && roster.connected == [alice])
    let wasNewest = roster.left(alice, second, at: at(3))
    #expect(wasNewest && roster.connected == [])
  }

  @Test mutating func nobodySpeaksForTheSidecarOfAnotherUser() {
    _ = join(alice, uid: 100)
    #expect(roster.admits(alice, uid: 100) && !roster.admits(alice, uid: 101) && roster.admits(bob, uid: 101))
  }

  @Test mutating func goneSidecarsAreShownForAWhileAndNeverTooMany() {
    for index in 0..<Limits.goneShownMax + 10 {
      let holder = HolderName("h\(index)")
      let visit = join(holder, at: Int64(index))
      roster.left(holder, visit, at: at(Int64(index)))
    }
    let shown = roster.accounts(newest: Generation(1))
    #expect(shown.count == Limits.goneShownMax && !shown.contains { $0.identity.holder == HolderName("h0") })
    _ = join(alice, at: 10_000)
    #expect(roster.accounts(newest: Generation(1)).count == 1)
  }

  @Test mutating func theBackendsOfAllSidecarsAreAddedUpAndTheWorstCircuitCounts() {
    func status(_ circuit: CircuitState, _ calls: Int64) -> SidecarStatus {
      SidecarStatus(
        generation: Generation(1), calls: calls, openCalls: 1, residentBytes: 5,
        backends: [.init(name: BackendName("openai"), circuit: circuit, calls: calls, failures: 1)])
    }
    let visit = join(alice)
    _ = join(bob)
    roster.reported(alice, status(.halfOpen, .max))
    roster.reported(bob, status(.closed, 3))
    #expect(
      roster.backends()[BackendName("openai")]
        == .init(name: BackendName("openai"), circuit: .halfOpen, calls: .max, failures: 2))
    roster.left(alice, visit, at: at(1))
    #expect(roster.backends()[BackendName("openai")]?.calls == 3)
    roster.reported(HolderName("nobody"), status(.open, 1))
    #expect(roster.accounts(newest: Generation(1)).map(\.openCalls) == [1, 0])
  }
}
