// Station: a control socket in a folder of its own, for one test.

import Bytes
import Foundation
import JSON
import Reactor
import TestSupport

@testable import Control

/// A server whose methods are made to be watched: GetPolicy answers `policy`, GetBudgets answers when it is let go,
/// Subscribe and Watch keep their subscriptions.
@EventLoop
final class Station {
  let folder: String
  let address: SocketAddress
  let service = ControlService(product: "station", version: "1.2.3")
  private(set) var server: ControlServer!
  var policy: JSONValue = [:]
  var subscriptions: [Subscription] = []
  var calls: [String] = []
  var dropped: [String] = []
  var gone = 0
  let release = Waiter()
  private var clients: [ControlClient] = []
  private var streams: [ByteStream] = []

  init(times: SessionTimes = SessionTimes()) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("aigw-\(UUID().uuidString.prefix(8))").path
    address = SocketAddress(path: folder + "/control.sock")
    fill()
    server = try ControlServer(on: address, service: service) { [unowned self] _, reason in dropped.append(reason) }
    server.times = times
  }

  private func fill() {
    service.on("GetPolicy") { [unowned self] _ in
      calls.append("GetPolicy")
      return ["generation": 7, "policy": policy]
    }
    service.on("GetBudgets") { [unowned self] call in
      calls.append("GetBudgets")
      await release.wait()
      return ["budgets": []]
    }
    service.on("Explain") { call throws(ControlError) in throw .unknownRequest(call.parameters.string("request")) }
    service.stream("Subscribe", keeping: .newest { $1["generation"] == nil ? $0 : $1 }) {
      [unowned self] call, subscription throws(ControlError) in
      let holder = call.parameters.fields("sidecar").string("holder")
      if holder == "refused" { throw .unknownSidecar(holder: holder) }
      add(subscription)
    }
    service.stream("Watch", keeping: .events { ["missed": .integer(Int64($0))] }) {
      [unowned self] _, subscription in add(subscription)
    }
  }

  private func add(_ subscription: Subscription) {
    subscriptions.append(subscription)
    subscription.onGone { [unowned self] in gone += 1 }
  }

  func client() -> ControlClient {
    clients.append(ControlClient(address))
    return clients.last!
  }

  /// A connection that nobody but the test writes to.
  func stream() async throws -> ByteStream {
    let stream = ByteStream(isPath: true)
    streams.append(stream)
    try await stream.connect(to: address, timeoutMs: 60_000)
    return stream
  }

  func close() async {
    for client in clients { client.close() }
    for stream in streams { stream.close() }
    release.wake()
    await server.close(graceMs: 60_000)
    await wait { self.server.sessions.count == 0 }
    try? FileManager.default.removeItem(atPath: folder)
  }
}

extension Station {
  /// Runs `body` with a station and takes the station down again.
  static func during(_ times: SessionTimes = SessionTimes(), _ body: @EventLoop (Station) async throws -> Void)
    async throws
  {
    let station = try Station(times: times)
    do {
      try await body(station)
    } catch {
      await station.close()
      throw error
    }
    await station.close()
  }
}

/// A state as Subscribe answers it.
func state(_ generation: Int64, _ policy: JSONValue = [:]) -> JSONValue {
  ["generation": .integer(generation), "policy": policy, "recalls": [], "questions": [], "watched": false]
}

/// An event as Watch answers it.
func event(_ number: Int, subject: String = "") -> JSONValue {
  [
    "event": [
      "at": .integer(Int64(number)), "kind": "policy", "sidecar": "", "subject": .string(subject), "message": "",
      "details": [:],
    ]
  ]
}

extension ByteStream {
  /// The next message, without its NUL byte; nil when the other side has ended.
  func message() async throws -> String? {
    while true {
      if let end = inbound.span.firstIndex(of: 0) {
        let text = String(inbound.span.extracting(0..<end))
        inbound.consume(end + 1)
        return text
      }
      if try await !receive(timeoutMs: 60_000) { return nil }
    }
  }

  /// Calls Subscribe as a sidecar of this name.
  func subscribe(_ holder: String = "h") {
    call("Subscribe", #","more":true,"parameters":{"sidecar":{"holder":"\#(holder)","name":"n","version":"1"}}"#)
  }

  func call(_ method: String, _ rest: String = "") { say("{\"method\":\"io.aigw.Control.\(method)\"\(rest)}\0") }
}

/// What `body` is refused with.
@EventLoop func clientError(_ body: @EventLoop () async throws -> Void) async -> ControlClientError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? ControlClientError
  }
}
