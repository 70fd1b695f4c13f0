// Admin: what operators see of a data plane: alive, ready, and how much of what.

import Admission
import Bytes
import Exchange
import Listener
import Reactor
import Telemetry

/// `/healthz`, `/readyz` and `/metrics` of one data plane.
@EventLoop
public final class Admin {
  private let listener: OperatorListener

  public init(for plane: DataPlane) {
    listener = OperatorListener(
      isReady: { !plane.isDraining }, writeMetrics: { plane.writeMetrics(into: &$0) })
  }

  /// Starts to answer on `address`. Throws when the address cannot be had.
  public func listen(on address: SocketAddress) throws(ReactorError) -> SocketAddress {
    try listener.listen(on: address)
  }

  /// Where it answers; nil before `listen`.
  public var address: SocketAddress? { listener.address }

  public func close() async { await listener.close() }
}

extension DataPlane {
  func writeMetrics(into page: inout ByteBuffer) {
    let readings = till.admission.readings(at: Self.wallTime())
    let gauges = readings.map { reading in
      Metrics.BudgetGauge(
        budget: reading.budget.text, unit: reading.unit.rawValue,
        key: reading.scope.text, limit: reading.limit,
        used: reading.used, reserved: reading.reserved)
    }
    metrics.write(budgets: gauges, into: &page)
  }
}
