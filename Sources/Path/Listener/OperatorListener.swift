// OperatorListener: what operators ask of a process: alive, ready, and how much of what.

import Bytes
import HTTP
import Reactor

/// `/healthz`, `/readyz` and `/metrics` on a listener of their own, so that an agent cannot reach them by mistake and a
/// flood of calls does not keep probes waiting in its queue.
@EventLoop
public final class OperatorListener {
  private let isReady: @EventLoop () -> Bool
  private let writeMetrics: @EventLoop (inout ByteBuffer) -> Void
  private var listener: AgentListener?

  /// - Parameter writeMetrics: appends a page in the Prometheus text format 0.0.4.
  public init(
    isReady: @escaping @EventLoop () -> Bool, writeMetrics: @escaping @EventLoop (inout ByteBuffer) -> Void
  ) {
    self.isReady = isReady
    self.writeMetrics = writeMetrics
  }

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
      } catch {
        connection.makeLast()
        return send(error.status, Self.text, ByteSlice(error.message + "\n"), on: connection, isHead: false)
      }
    }
  }

  private func answer(_ request: Request, on connection: AgentConnection) {
    var body = ByteBuffer()
    var status = 200
    var type = Self.text
    let path = request.path
    if request.method != .get, request.method != .head {
      status = 405
      body.append("use GET\n")
    } else if path.equals("/healthz") {
      body.append("ok\n")
    } else if path.equals("/readyz") {
      status = isReady() ? 200 : 503
      body.append(status == 200 ? "ready\n" : "draining\n")
    } else if path.equals("/metrics") {
      type = "text/plain; version=0.0.4; charset=utf-8"
      writeMetrics(&body)
    } else {
      status = 404
      body.append("there are /healthz, /readyz and /metrics\n")
    }
    send(status, type, body.take(), on: connection, isHead: request.method == .head)
  }

  private func send(
    _ status: Int, _ type: StaticString, _ body: ByteSlice, on connection: AgentConnection, isHead: Bool
  ) {
    var head = ByteBuffer(minimumCapacity: 160)
    head.appendStatusLine(status)
    head.append("content-type: ")
    head.append(type)
    head.append("\r\n")
    head.appendField("content-length", decimal: body.count)
    if connection.isLast { head.append("connection: close\r\n") }
    head.appendHeadEnd()
    connection.stream.write(head.take())
    if !isHead { connection.stream.write(body) }
    connection.stream.flush()
  }

  private static let text: StaticString = "text/plain; charset=utf-8"

  private static let limits: ConnectionLimits = {
    var limits = ConnectionLimits()
    limits.http.bodyBytesMax = 64 * 1024
    return limits
  }()
}
