// ConnectionPool: warm connections to one server, newest first.

import Bytes
import HTTP
import Reactor
import TLS

/// Lends connections to exchanges and takes back those that may carry another one. The newest is lent first, so that
/// after a burst the surplus goes idle and is closed.
@EventLoop
public final class ConnectionPool {
  public enum Limits {
    /// Connections kept without an exchange.
    public static let idleMax = 512
    /// How long one is kept.
    public static let idleMs: Int64 = 50_000
  }

  public let target: ClientTarget
  private let limits: HTTPLimits
  private var context: TLSContext?
  private var idle: [Idle] = []
  private var sweeper: Timer?
  private var isClosed = false

  private struct Idle {
    let connection: ClientConnection
    let since: UInt64
  }

  /// Throws when the target's CA file cannot be used, which is better known now than at the first call.
  public init(to target: ClientTarget, limits: HTTPLimits) throws(ClientFault) {
    self.target = target
    self.limits = limits
    guard let caFile = target.caFile else { return }
    do throws(TLSError) { context = try TLSContext.client(trust: .file(caFile)) } catch { throw .tls(error.message) }
  }

  /// A connection for one exchange: a kept one, else a new one. `opening` is given a new connection before it is
  /// usable, so that the caller can interrupt the wait.
  public func acquire(
    fresh: Bool = false, opening: (ByteStream) -> Void
  ) async throws(ClientFault) -> ClientConnection {
    while !fresh, let kept = idle.popLast() {
      kept.connection.isIdle = false
      // Bytes nobody asked for, such as a 408, would be taken for the reply to the next request.
      let channel = kept.connection.channel
      if !channel.hasUnread(), !channel.isEnded { return kept.connection }
      kept.connection.close()
    }
    return try await connect(opening: opening)
  }

  /// Takes a connection back: keeps it if it may carry another exchange, closes it otherwise.
  public func release(_ connection: ClientConnection) {
    if isClosed || !connection.isReusable || connection.channel.isEnded || idle.count >= Limits.idleMax {
      return connection.close()
    }
    // Who asked may have left in the very moment the reply was complete: that is not the next exchange's business.
    connection.stream.forgetInterruption()
    connection.wasUsed = true
    connection.isIdle = true
    idle.append(Idle(connection: connection, since: EventLoop.now))
    connection.stream.startReading()
    if sweeper == nil { sweeper = Timer { [unowned self] in sweep() } }
    if idle.count == 1 { sweeper?.set(milliseconds: Limits.idleMs) }
  }

  /// Closes what is idle; connections lent out close when they are returned.
  public func close() {
    isClosed = true
    for kept in idle { kept.connection.close() }
    idle.removeAll()
    sweeper?.close()
    sweeper = nil
  }

  private func connect(opening: (ByteStream) -> Void) async throws(ClientFault) -> ClientConnection {
    let timeoutMs = target.timeouts.connectMs
    let deadline = EventLoop.now &+ UInt64(timeoutMs) &* 1_000_000
    let addresses: [SocketAddress]
    do throws(ReactorError) {
      addresses = try await Resolver.addresses(of: target.host, port: target.port, timeoutMs: timeoutMs)
    } catch {
      throw error.code == .timedOut ? .timedOut(.connect, afterMs: timeoutMs) : .unreachable(error.description)
    }
    var fault = ClientFault.unreachable("\(target.host) has no address")
    for address in addresses {
      let now = EventLoop.now
      if now >= deadline { throw .timedOut(.connect, afterMs: timeoutMs) }
      let stream = ByteStream(isPath: false)
      opening(stream)
      do throws(ClientFault) {
        return try await open(stream, to: address, withinMs: Int64((deadline - now) / 1_000_000) + 1)
      } catch {
        stream.close()
        fault = error
        if case .unreachable = error { continue }
        throw error
      }
    }
    throw fault
  }

  private func open(
    _ stream: ByteStream, to address: SocketAddress, withinMs timeoutMs: Int64
  ) async throws(ClientFault) -> ClientConnection {
    do throws(ReactorError) {
      try await stream.connect(to: address, timeoutMs: timeoutMs)
    } catch {
      throw ClientFault(.stream(error), waitingFor: .connect, timeoutMs: target.timeouts.connectMs)
    }
    let channel: Channel
    do throws(TLSError) {
      channel = Channel(stream, session: target.isTLS ? try TLSSession(client: try tls(), hostName: target.host) : nil)
    } catch { throw .tls(error.message) }
    do throws(ChannelError) {
      try await channel.handshake(timeoutMs: timeoutMs)
    } catch { throw ClientFault(error, waitingFor: .connect, timeoutMs: target.timeouts.connectMs) }
    let connection = ClientConnection(channel, limits: limits, timeouts: target.timeouts)
    // A server that closes a kept connection is noticed here, not by the next exchange.
    stream.onEnd = { [weak self, unowned connection] in
      if connection.isIdle { self?.drop(connection) }
    }
    return connection
  }

  /// The system's trust store is read with the first connection: it costs memory that plain HTTP need not pay.
  private func tls() throws(TLSError) -> TLSContext {
    if let context { return context }
    let made = try TLSContext.client(trust: .system)
    context = made
    return made
  }

  private func drop(_ connection: ClientConnection) {
    idle.removeAll { $0.connection === connection }
    connection.close()
  }

  private func sweep() {
    let oldest = EventLoop.now &- UInt64(Limits.idleMs) &* 1_000_000
    for kept in idle where kept.since <= oldest { kept.connection.close() }
    idle.removeAll { $0.since <= oldest }
    if let first = idle.first {
      let left = Int64((first.since - oldest) / 1_000_000) + 1
      sweeper?.set(milliseconds: left)
    }
  }
}
