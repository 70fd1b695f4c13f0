// ControlClient: asks the control socket, for the sidecar, the command line and the tests.

import JSON
import Reactor

/// Connects when it is first asked, and again when the connection has ended since the last answer. Calls go one by one,
/// in the order they are made: whoever must not wait behind a slow one takes a client of its own.
@EventLoop
public final class ControlClient {
  private let address: SocketAddress
  private let connectTimeoutMs: Int64
  private(set) var connection: ControlConnection?
  private var isTaken = false
  private var queue: [Waiter] = []
  private var isClosed = false

  public init(_ address: SocketAddress, connectTimeoutMs: Int64 = 5_000) {
    self.address = address
    self.connectTimeoutMs = connectTimeoutMs
  }

  /// Asks `method`, in short for one of io.aigw.Control. `timeoutMs` counts from when it is sent. Throws whatever kept
  /// the answer from coming, each case saying whether anything may have been done.
  public func call(
    _ method: String, _ parameters: JSONValue = [:], timeoutMs: Int64 = 10_000
  ) async throws(ControlClientError) -> JSONValue {
    if queue.count >= ControlLimits.callsInFlightMax { throw .busy }
    await takeTurn()
    defer { passTurn() }
    if isClosed { throw .lost(method: method) }
    let connection = try await connected()
    let reply: VarlinkReply
    do throws(ControlClientError) {
      try connection.send(VarlinkCall(short: method, parameters))
      reply = try await connection.reply(to: method, timeoutMs: timeoutMs)
    } catch {
      // A reply that comes too late would be taken for that of the next call.
      disconnect()
      throw error
    }
    if let error = reply.error { throw .refused(ControlError(name: error, parameters: reply.parameters)) }
    return reply.parameters
  }

  /// Asks `method` for as many replies as it has, on a connection of its own. Throws when nobody can be asked; what
  /// goes wrong later the feed throws.
  public func subscribe(
    _ method: String, _ parameters: JSONValue = [:]
  ) async throws(ControlClientError) -> ControlFeed {
    let connection = try await ControlConnection.open(address, timeoutMs: connectTimeoutMs)
    do throws(ControlClientError) {
      try connection.send(VarlinkCall(short: method, parameters, wantsMore: true))
    } catch {
      connection.close()
      throw error
    }
    return ControlFeed(of: method, on: connection)
  }

  /// Ends the connection; a call under way is lost. To be called once the client is not needed any more.
  public func close() {
    isClosed = true
    disconnect()
  }

  private func connected() async throws(ControlClientError) -> ControlConnection {
    if let connection, !connection.isStale { return connection }
    disconnect()
    let made = try await ControlConnection.open(address, timeoutMs: connectTimeoutMs)
    if isClosed {
      made.close()
      throw .unreachable(ReactorError(.closed, doing: "connect to \(address)", reason: "the client was closed"))
    }
    assert(connection == nil, "a second connection of one client")
    connection = made
    return made
  }

  private func disconnect() {
    connection?.close()
    connection = nil
  }

  private func takeTurn() async {
    if isTaken {
      let place = Waiter()
      queue.append(place)
      await place.wait()
      assert(isTaken, "two calls have their turn at once")
    }
    isTaken = true
  }

  /// The turn goes straight to the next in line, so that nobody can step in between.
  private func passTurn() {
    assert(isTaken, "a turn is passed on that nobody had")
    if queue.isEmpty { isTaken = false } else { queue.removeFirst().wake() }
  }
}
