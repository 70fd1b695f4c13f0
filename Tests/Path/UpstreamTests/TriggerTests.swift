import Client
import Exchange
import Testing

@testable import Upstream

@Suite struct TriggerTests {
  static let faults: [(fault: ClientFault, trigger: FailoverTrigger?)] = [
    (.timedOut(.connect, afterMs: 1), .timeout), (.timedOut(.firstByte, afterMs: 1), .timeout),
    (.timedOut(.idle, afterMs: 1), .timeout), (.unreachable("x"), .error), (.broken("x"), .error), (.tls("x"), .error),
    (.malformed("x"), .error), (.noCredential("x"), .error), (.interrupted, nil),
  ]

  @Test(arguments: faults.indices) func aBackendThatCannotBeReachedIsPassedOverUnlessNobodyWaits(row: Int) {
    #expect(Self.faults[row].fault.trigger == Self.faults[row].trigger)
  }
}
