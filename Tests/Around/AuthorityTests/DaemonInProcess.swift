// DaemonInProcess: what aigwd is made of, on a socket in a folder of one test.

import Alerts
import Control
import Exchange
import JSON
import Ledger
import Logging
import Reactor

@testable import Authority

@EventLoop
final class DaemonInProcess {
  let folder: Folder
  let store: PolicyStore
  let ledger: Ledger
  let node: Node
  let governor: Governor
  private var server: ControlServer?
  private let address: SocketAddress
  private var clients: [ControlClient] = []
  private var sidecars: [FakeSidecar] = []

  init(_ folder: Folder = Folder(), policy: String? = Sample.policy()) async throws {
    self.folder = folder
    store = try PolicyStore(folder: folder.path, source: .commands, at: .now)
    ledger = try Ledger(path: folder.file("ledger.db"))
    let watchers = Watchers()
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    node = try Node(
      ledger, watchers: watchers, alerts: AlertDesk(folder: folder.path, environment: [:], log: log), log: log)
    governor = Governor(
      ProgramIdentity(name: "aigwd", version: "1.2.3", pid: 42, startedAt: WallTime(milliseconds: 5)), store: store,
      ledger: ledger, watchers: watchers, governed: node)
    if store.current == nil, let policy { _ = try await store.change(.patch(json(policy))) }
    if let version = store.current { _ = await node.distribute(version, timeoutMs: 0) }
    let service = ControlService(product: "aigwd", version: "1.2.3")
    governor.serve(on: service)
    node.serve(on: service)
    address = SocketAddress(path: folder.file("control.sock"))
    server = try ControlServer(on: address, service: service)
  }

  func client() -> ControlClient {
    let client = ControlClient(address)
    clients.append(client)
    return client
  }

  func call(_ method: String, _ parameters: String = "{}") async throws(ControlClientError) -> JSONValue {
    let client = ControlClient(address)
    defer { client.close() }
    return try await client.call(method, json(parameters))
  }

  /// The refusal of a call that must be refused.
  func refusal(_ method: String, _ parameters: String = "{}") async -> ControlError? {
    do throws(ControlClientError) {
      _ = try await call(method, parameters)
    } catch { if case .refused(let error) = error { return error } }
    return nil
  }

  func sidecar(_ name: String) async throws(ControlClientError) -> FakeSidecar {
    let sidecar = try await FakeSidecar(name, client: client())
    sidecars.append(sidecar)
    return sidecar
  }

  func close() async {
    for sidecar in sidecars { sidecar.leave() }
    for client in clients { client.close() }
    await node.close()
    await server?.close(graceMs: 100)
    server = nil
  }
}

/// A sidecar that does as its test says.
@EventLoop
final class FakeSidecar {
  let holder: String
  private let client: ControlClient
  private let feed: ControlFeed
  private var serial: Int64 = 1
  private(set) var counters = LeaseCounters()

  init(_ name: String, client: ControlClient) async throws(ControlClientError) {
    holder = "holder-of-" + name
    self.client = client
    feed = try await client.subscribe(
      "Subscribe", ["sidecar": SidecarIdentity(holder: HolderName(holder), name: name, version: "1").json])
  }

  func next() async throws(ControlClientError) -> JSONValue { try await feed.next(timeoutMs: 5_000) ?? [:] }

  /// The next state that has a policy.
  func nextPolicy() async throws(ControlClientError) -> JSONValue {
    while true {
      let state = try await next()
      if state["generation"] != nil { return state }
    }
  }

  func acknowledge(_ generation: Int64, refusing reasons: [String] = []) async throws(ControlClientError) {
    let diagnostics = reasons.map { ControlError.Diagnostic(path: "backends.openai.auth", message: $0).json }
    _ = try await client.call(
      "Acknowledge",
      [
        "holder": .string(holder), "generation": .integer(generation), "applied": .bool(reasons.isEmpty),
        "diagnostics": .array(diagnostics),
      ])
  }

  /// Asks for credit beyond what it has spent.
  func lease(_ meter: MeterName, needs: Int64, wants: Int64) async throws(ControlClientError) -> LeaseGrant {
    let wish = LeaseWish(meter: meter, serial: serial, counters: counters, needs: needs, wants: wants)
    let reply = try await client.call("Lease", ["holder": .string(holder), "wishes": [wish.json]])
    let grant = LeaseGrant(reply["grants"]![0]!)!
    counters.granted = max(counters.granted, grant.granted)
    return grant
  }

  /// Spends what it has credit for, at most `units`; answers how much that was.
  func spend(_ units: Int64) -> Int64 {
    let spent = min(units, counters.credit)
    counters.spent += spent
    return spent
  }

  func giveBack() { counters.returned += counters.credit }

  func report(
    receipts: [Receipt] = [], events: [GatewayEvent] = [], answers: JSONValue = [], status: SidecarStatus? = nil
  ) async throws(ControlClientError) {
    var parameters: [(name: String, value: JSONValue)] = [
      ("holder", .string(holder)), ("receipts", .array(receipts.map(\.json))), ("events", .array(events.map(\.json))),
      ("answers", answers),
    ]
    if let status { parameters.append(("status", status.json)) }
    _ = try await client.call("Report", .object(parameters))
  }

  func leave() {
    feed.close()
    client.close()
  }
}
