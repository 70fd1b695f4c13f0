import Exchange
import Routing
import Testing

@Suite struct CircuitTests {
  /// The circuit behind a reference, so that a question to it can stand inside #expect.
  private final class Transcript {
    private var circuit = Circuit()
    func admits(at now: MonotonicTime) -> Bool { circuit.admits(at: now) }
    func succeeded() { circuit.succeeded() }
    func abandoned(at now: MonotonicTime) { circuit.abandoned(at: now) }
    func failed(at now: MonotonicTime, retryAfterMs: Int64? = nil) {
      circuit.failed(at: now, retryAfterMs: retryAfterMs)
    }
  }

  private func at(_ milliseconds: UInt64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

  @Test func fiveFailuresInARowOpenItAndOneProbeClosesIt() {
    let circuit = Transcript()
    for _ in 0..<4 { circuit.failed(at: at(0)) }
    #expect(circuit.admits(at: at(0)))
    circuit.failed(at: at(0))
    #expect(!circuit.admits(at: at(999)))
    #expect(circuit.admits(at: at(1_000)), "the probe")
    #expect(!circuit.admits(at: at(1_000)), "only one probe")
    circuit.succeeded()
    #expect(circuit.admits(at: at(1_000)))
  }

  @Test func aSuccessBetweenFailuresStartsTheCountAgain() {
    let circuit = Transcript()
    for _ in 0..<20 {
      for _ in 0..<4 { circuit.failed(at: at(0)) }
      circuit.succeeded()
    }
    #expect(circuit.admits(at: at(0)))
  }

  @Test func aFailedProbeWaitsTwiceAsLongUpToAMinute() {
    let circuit = Transcript()
    for _ in 0..<5 { circuit.failed(at: at(0)) }
    var now: UInt64 = 1_000
    for wait: UInt64 in [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
      #expect(circuit.admits(at: at(now)))
      circuit.failed(at: at(now))
      #expect(!circuit.admits(at: at(now + wait - 1)))
      now += wait
    }
  }

  @Test func aProviderThatSaysHowLongIsLeftAloneThatLong() {
    let circuit = Transcript()
    circuit.failed(at: at(0), retryAfterMs: 2_500)
    #expect(!circuit.admits(at: at(2_499)))
    #expect(circuit.admits(at: at(2_500)))
    circuit.failed(at: at(2_500), retryAfterMs: 86_400_000)
    #expect(circuit.admits(at: at(2_500 + 60_000)), "never longer than a minute")
  }

  @Test func aProbeWhoseAgentLeftLetsTheNextOneProbe() {
    let circuit = Transcript()
    circuit.failed(at: at(0), retryAfterMs: 10)
    #expect(circuit.admits(at: at(10)))
    circuit.abandoned(at: at(11))
    #expect(circuit.admits(at: at(11)))
  }

  @Test func peopleAreToldWhenItOpensAndWhenItClosesAndNotOfProbesThatFail() {
    var circuit = Circuit()
    func told(_ happened: (inout Circuit) -> Void) -> CircuitChange? {
      let before = circuit.state
      happened(&circuit)
      return circuit.change(since: before)
    }
    for _ in 0..<4 { #expect(told { $0.failed(at: at(0)) } == nil) }
    #expect(told { $0.failed(at: at(0)) } == .opened(until: at(1_000)))
    #expect(circuit.admits(at: at(1_000)) == true)
    #expect(told { $0.failed(at: at(1_000)) } == nil, "it was not closed")
    #expect(circuit.admits(at: at(3_000)) == true)
    #expect(told { $0.succeeded() } == .closed)
    #expect(told { $0.succeeded() } == nil)
    #expect(told { $0.failed(at: at(3_000), retryAfterMs: 70) } == .opened(until: at(3_070)))
  }
}
