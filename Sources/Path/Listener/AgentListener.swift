// AgentListener: accepts agents, serves each in a task of its own, and lets them go in order (graceful shutdown).

import Reactor

/// Listens on one address. Each connection is served until `serve` returns and is then closed.
@EventLoop
public final class AgentListener {
  public enum Limits {
    /// Connections served at once; further ones wait in the kernel's queue until one ends.
    public static let connectionsMax = 16_384
    /// How long exchanges that were cut may take to settle.
    static let settlingMs: Int64 = 1_000
  }

  /// Where it listens, or did; a port asked for as 0 is the one the system chose.
  public private(set) var address: SocketAddress
  private var listener: StreamListener?
  private(set) var open: [ObjectIdentifier: AgentConnection] = [:]
  private let limits: @EventLoop () -> ConnectionLimits
  private let serve: @EventLoop (AgentConnection) async -> Void
  private let empty = Waiter()
  private var isDraining = false

  /// Listens on `address`; `limits` is asked anew for every connection. `access` says who may open a Unix socket.
  /// Throws when the address cannot be had.
  public init(
    on address: SocketAddress, access: SocketAccess? = nil, limits: @escaping @EventLoop () -> ConnectionLimits,
    serve: @escaping @EventLoop (AgentConnection) async -> Void
  ) throws(ReactorError) {
    self.limits = limits
    self.serve = serve
    self.address = address
    let listener = try StreamListener(on: address, access: access) { [unowned self] in accepted($0) }
    self.listener = listener
    self.address = listener.address
  }

  private func accepted(_ stream: ByteStream) {
    if isDraining || open.count >= Limits.connectionsMax { return stream.close() }
    let connection = AgentConnection(stream, limits: limits())
    open[ObjectIdentifier(connection)] = connection
    EventLoop.spawn { [self] in
      await serve(connection)
      if connection.isGone { stream.close() } else { stream.closeAfterFlush() }
      open[ObjectIdentifier(connection)] = nil
      if open.isEmpty { empty.wake() }
    }
  }

  /// Accepts no more, ends idle connections, lets exchanges finish for `graceMs` and then cuts them. Returns when the
  /// last connection has ended, or a second after the cut.
  public func drain(graceMs: Int64) async {
    isDraining = true
    for connection in open.values { connection.finishSoon() }
    listener?.close()
    listener = nil
    await waitUntilEmpty(forMs: graceMs)
    for connection in open.values { connection.cut() }
    await waitUntilEmpty(forMs: Limits.settlingMs)
  }

  private func waitUntilEmpty(forMs patienceMs: Int64) async {
    if open.isEmpty { return }
    let patience = Timer { [empty] in empty.wake() }
    patience.set(milliseconds: patienceMs)
    await empty.wait()
    patience.close()
  }
}
