// Daemon: the other end of the control socket, be it aigwd or a lone sidecar.

import Control
import JSON
import Reactor

/// Calls methods of io.aigw.Control, one connection for each.
@EventLoop
struct Daemon {
  /// Sidecars get the time the user gave to take a change; the answer a little more, to say who was late.
  private static let graceMs: Int64 = 2000

  let socketPath: String
  /// How long an answer may take.
  let timeoutMs: Int64

  nonisolated init(socketPath: String, timeoutMs: Int64) {
    self.socketPath = socketPath
    self.timeoutMs = timeoutMs
  }

  /// The reply's parameters.
  func call(
    _ method: String, _ parameters: [(name: String, value: JSONValue)] = []
  ) async throws(Failure) -> JSONValue {
    try await call(method, parameters, timeoutMs: timeoutMs)
  }

  /// The same for a method that changes the policy and waits for sidecars to take it.
  func change(
    _ method: String, _ parameters: [(name: String, value: JSONValue)]
  ) async throws(Failure) -> JSONValue {
    try await call(method, parameters + [("timeout", .integer(timeoutMs))], timeoutMs: timeoutMs + Self.graceMs)
  }

  /// Gives every reply to `body` until the other end is done, which it never is before it ends.
  func follow(_ method: String, _ body: (JSONValue) -> Void) async throws(Failure) {
    do throws(ControlClientError) {
      let feed = try await client.subscribe(method)
      defer { feed.close() }
      while let reply = try await feed.next() { body(reply) }
    } catch { throw Failure(error, at: socketPath) }
  }

  private func call(
    _ method: String, _ parameters: [(name: String, value: JSONValue)], timeoutMs: Int64
  ) async throws(Failure) -> JSONValue {
    let client = client
    defer { client.close() }
    do throws(ControlClientError) {
      return try await client.call(method, .object(parameters), timeoutMs: timeoutMs)
    } catch { throw Failure(error, at: socketPath) }
  }

  private var client: ControlClient {
    ControlClient(SocketAddress(path: socketPath), connectTimeoutMs: timeoutMs)
  }
}
