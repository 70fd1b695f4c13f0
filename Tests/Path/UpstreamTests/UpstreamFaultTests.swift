import Exchange
import Reactor
import TLS
import Testing

@testable import Upstream

@Suite struct UpstreamFaultTests {
  static let faults: [(fault: UpstreamFault, message: String)] = [
    (.timedOut(.connect, afterMs: 5000), "no connection within 5000 ms"),
    (.timedOut(.firstByte, afterMs: 60_000), "no reply within 60000 ms"),
    (.timedOut(.idle, afterMs: 1), "its reply stalled for 1 ms"),
    (.unreachable("connect to 127.0.0.1:1: connection refused"), "connect to 127.0.0.1:1: connection refused"),
    (.broken("it broke"), "it broke"), (.tls("no trust"), "no trust"),
    (.malformed("no HTTP"), "no HTTP"), (.noCredential("no key"), "no key"),
    (.interrupted, "the agent went away"),
  ]

  @Test(arguments: faults.indices) func everyFaultHasItsSentence(row: Int) {
    #expect(Self.faults[row].fault.message == Self.faults[row].message)
  }

  static let causes: [(code: ReactorError.Code, whileConnecting: UpstreamFault, whileReading: UpstreamFault)] = [
    (.timedOut, .timedOut(.connect, afterMs: 70), .timedOut(.idle, afterMs: 70)),
    (.interrupted, .interrupted, .interrupted), (.closed, .interrupted, .interrupted),
    (.refused, .unreachable("do it: why"), .unreachable("do it: why")),
    (.unreachable, .unreachable("do it: why"), .unreachable("do it: why")),
    (.nameNotFound, .unreachable("do it: why"), .unreachable("do it: why")),
    (.reset, .unreachable("do it: why"), .broken("do it: why")),
    (.system(-5), .unreachable("do it: why"), .broken("do it: why")),
  ]

  @Test(arguments: causes.indices) func whatTheSystemSaysIsJudgedByWhatWasWaitedFor(row: Int) {
    let (code, whileConnecting, whileReading) = Self.causes[row]
    let error = ChannelError.stream(ReactorError(code, doing: "do it", reason: "why"))
    #expect(UpstreamFault(error, waitingFor: .connect, timeoutMs: 70) == whileConnecting)
    #expect(UpstreamFault(error, waitingFor: .idle, timeoutMs: 70) == whileReading)
  }

  @Test func aTLSErrorKeepsItsSentence() {
    let error = TLSError.notTLS(peer: "localhost", plainHTTP: true)
    #expect(UpstreamFault(.tls(error), waitingFor: .connect, timeoutMs: 1) == .tls(error.message))
  }
}
