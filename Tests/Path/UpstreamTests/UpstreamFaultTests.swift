import Exchange
import Reactor
import TLS
import Testing

@testable import Upstream

@Suite struct UpstreamFaultTests {
  static let faults: [(fault: UpstreamFault, trigger: FailoverTrigger?, message: String)] = [
    (.timedOut(.connect, afterMs: 5000), .timeout, "no connection within 5000 ms"),
    (.timedOut(.firstByte, afterMs: 60_000), .timeout, "no reply within 60000 ms"),
    (.timedOut(.idle, afterMs: 1), .timeout, "its reply stalled for 1 ms"),
    (.unreachable("connect to 127.0.0.1:1: connection refused"), .error, "connect to 127.0.0.1:1: connection refused"),
    (.broken("it broke"), .error, "it broke"), (.tls("no trust"), .error, "no trust"),
    (.malformed("no HTTP"), .error, "no HTTP"), (.noCredential("no key"), .error, "no key"),
    (.interrupted, nil, "the agent went away"),
  ]

  @Test(arguments: faults.indices) func everyFaultHasItsTriggerAndItsSentence(row: Int) {
    let (fault, trigger, message) = Self.faults[row]
    #expect(fault.trigger == trigger)
    #expect(fault.message == message)
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
