// Admin: what operators ask: alive, ready, and how much of what.

import Admission
import Bytes
import Exchange
import HTTP
import Listener
import Reactor
import Telemetry

/// `/healthz`, `/readyz` and `/metrics` on a listener of their own, so that an agent cannot reach them by mistake and a
/// flood of calls does not keep probes waiting in its queue.
@EventLoop
public final class Admin {
  private let plane: DataPlane
  private var listener: AgentListener?

  public init(for plane: DataPlane) { self.plane = plane }

  /// Starts to answer on `address`. Throws when the address cannot be had.
  public func listen(on address: SocketAddress) throws(ReactorError) -> SocketAddress {
    let listener = try AgentListener(
      on: address, limits: { Self.limits }, serve: { [unowned self] in await serve($0) })
    self.listener = listener
    return listener.address
  }

  /// Where it answers; nil before `listen`.
  public var address: SocketAddress? { listener?.address }

  public func close() async { await listener?.drain(graceMs: 1_000) }

  private func serve(_ connection: AgentConnection) async {
    while true {
      do throws(HTTPError) {
        guard let request = try await connection.nextRequest() else { return }
        answer(request, on: connection)
        connection.replied()
      } catch { return plane.refuse(error, on: connection) }
    }
  }

  private func answer(_ request: Request, on connection: AgentConnection) {
    var body = ByteBuffer()
    var status = 200
    var type: StaticString = "text/plain; charset=utf-8"
    let path = request.path
    if request.method != .get, request.method != .head {
      status = 405
      body.append("use GET\n")
    } else if path.equals("/healthz") {
      body.append("ok\n")
    } else if path.equals("/readyz") {
      status = plane.isDraining ? 503 : 200
      body.append(plane.isDraining ? "draining\n" : "ready\n")
    } else if path.equals("/metrics") {
      type = "text/plain; version=0.0.4; charset=utf-8"
      plane.writeMetrics(into: &body)
    } else {
      status = 404
      body.append("there are /healthz, /readyz and /metrics\n")
    }
    var head = ByteBuffer(minimumCapacity: 160)
    head.appendStatusLine(status)
    head.append("content-type: ")
    head.append(type)
    head.append("\r\n")
    head.appendField("content-length", decimal: body.count)
    if connection.isLast { head.append("connection: close\r\n") }
    head.appendHeadEnd()
    connection.stream.write(head.take())
    if request.method != .head { connection.stream.write(body.take()) }
    connection.stream.flush()
  }

  private static let limits: ConnectionLimits = {
    var limits = ConnectionLimits()
    limits.http.bodyBytesMax = 64 * 1024
    return limits
  }()
}

extension DataPlane {
  func writeMetrics(into page: inout ByteBuffer) {
    let readings = admission.readings(at: Self.wallTime())
    let gauges = readings.map { reading in
      Metrics.BudgetGauge(
        budget: reading.budget.text, unit: reading.unit.rawValue,
        key: reading.scope.text, limit: reading.limit,
        used: reading.used, reserved: reading.reserved)
    }
    metrics.write(budgets: gauges, into: &page)
  }
}
