// DaemonLink: this sidecar's side of the daemon: hears policies, recalls and questions, and answers.

import Authority
import Control
import Exchange
import Gateway
import JSON
import Ledger
import Logging
import Policy
import Reactor

/// Lives as long as the process. While the daemon is away the last policy and what was leased stay in use; it is looked
/// for again at growing, uneven intervals, so that a hundred sidecars do not come back in the same moment.
@EventLoop
final class DaemonLink {
  private enum Limits {
    static let retryMinMs: Int64 = 50
    static let retryMaxMs: Int64 = 5_000
    static let creditEveryMs: Int64 = 1_000
    static let acknowledgeMs: Int64 = 5_000
    /// Reading a longer policy takes so much memory that it is given back at once.
    static let policyBytesUsual = 256 << 10
  }

  let credit: LeaseCourier
  private let address: SocketAddress
  private let identity: SidecarIdentity
  private let last: LastPolicy
  private let log: Logger
  private let client: ControlClient
  private var reports: ReportCourier?
  private var plane: DataPlane?
  private var generation = Generation.none
  private var onFirst: (@EventLoop (Policy) throws(StartupError) -> DataPlane)?
  private var feed: ControlFeed?
  private var upkeep: Timer?
  private var isConnected = false
  private var isClosed = false
  private var random = SystemRandomNumberGenerator()

  init(to path: String, as identity: SidecarIdentity, folder: String, log: Logger) {
    address = SocketAddress(path: path)
    self.identity = identity
    self.log = log
    last = LastPolicy(folder: folder)
    credit = LeaseCourier(to: address, as: identity.holder)
    client = ControlClient(address, connectTimeoutMs: 1_000)
  }

  /// Returns once a policy is served, which `begin` makes of the first good one: the daemon's, or the last one that was
  /// served here when the daemon cannot be reached.
  func start(
    ledger: Ledger, begin: @escaping @EventLoop (Policy) throws(StartupError) -> DataPlane
  ) async -> DataPlane {
    onFirst = begin
    let first = Waiter()
    EventLoop.spawn { [self] in
      var pauseMs = Limits.retryMinMs
      while !isClosed {
        let heard = await listen { first.wake() }
        if isClosed { return }
        if plane == nil { beginWithLast() }
        if plane != nil { first.wake() }
        pauseMs = heard ? Limits.retryMinMs : min(pauseMs * 2, Limits.retryMaxMs)
        await Timer.pause(milliseconds: Int64.random(in: pauseMs / 2...pauseMs, using: &random))
      }
    }
    while plane == nil { await first.wait() }
    reports = ReportCourier(to: address, as: identity, from: ledger, log: log) { [unowned self] in status }
    upkeep = Timer { [unowned self] in lookAfterCredit() }
    upkeep?.set(milliseconds: Limits.creditEveryMs)
    return plane!
  }

  /// What is left is reported. To be called once all credit has been given back.
  func close() async {
    isClosed = true
    upkeep?.close()
    upkeep = nil
    await reports?.close()
    feed?.close()
    client.close()
    credit.close()
  }

  private var status: SidecarStatus {
    SidecarStatus(
      generation: generation, calls: Int64(plane?.callCount ?? 0), openCalls: Int64(plane?.openCallCount ?? 0),
      residentBytes: ProcessMemory.residentBytes, backends: (plane?.backendReadings() ?? []).map { .init($0) })
  }

  private func lookAfterCredit() {
    EventLoop.spawn { [self] in
      await plane?.lookAfterCredit()
      upkeep?.set(milliseconds: Limits.creditEveryMs)
    }
  }

  // MARK: the feed

  /// Listens until the daemon goes; true when it was there at all.
  private func listen(_ heardFirst: @escaping @EventLoop () -> Void) async -> Bool {
    do throws(ControlClientError) {
      let feed = try await client.subscribe("Subscribe", ["sidecar": identity.json])
      self.feed = feed
      defer {
        feed.close()
        self.feed = nil
        isConnected = false
      }
      while let news = try await feed.next().map({ News($0) }) {
        if !isConnected { await connected() }
        await take(news)
        if plane != nil { heardFirst() }
      }
    } catch {
      if isConnected || plane == nil { log.warning("daemon lost", metadata: ["reason": "\(error)"]) }
      let wasConnected = isConnected
      isConnected = false
      return wasConnected
    }
    return true
  }

  private func connected() async {
    isConnected = true
    log.info("daemon connected", metadata: ["control": "\(address)"])
    await plane?.restateCredit()
  }

  private func take(_ news: News) async {
    if let (text, number) = news.policy { await bringIntoForce(text, number) }
    if !news.recalls.isEmpty, let plane { EventLoop.spawn { await plane.recall(news.recalls) } }
    for (ticket, request) in news.questions { reports?.answer(ticket, plane?.explain(request)) }
    let tell: @EventLoop (Notice) -> Void = { [weak self] in self?.reports?.tell(GatewayEvent($0)) }
    plane?.onNotice = news.isWatched ? tell : nil
  }

  // MARK: the policy

  /// Serves the policy that `text` spells and says so, or keeps the old policy and says why.
  private func bringIntoForce(_ text: [UInt8], _ next: Generation) async {
    let diagnostics = await serve(text)
    if diagnostics.isEmpty { generation = next }
    if text.count > Limits.policyBytesUsual { await Workers.run { ProcessMemory.giveBack() } }
    if !diagnostics.isEmpty {
      log.error(
        "policy refused, the old one stays in force",
        metadata: ["generation": "\(next)", "reason": "\(diagnostics[0].path): \(diagnostics[0].message)"])
    }
    do throws(ControlClientError) {
      _ = try await client.call(
        "Acknowledge",
        [
          "holder": .string(identity.holder.text), "generation": .integer(next.number),
          "applied": .bool(diagnostics.isEmpty), "diagnostics": .array(diagnostics.map(\.json)),
        ], timeoutMs: Limits.acknowledgeMs)
    } catch { log.warning("policy not acknowledged", metadata: ["reason": "\(error)"]) }
    if diagnostics.isEmpty { await save(text) }
  }

  /// What is wrong with it; then the old policy is still served.
  private func serve(_ text: [UInt8]) async -> [ControlError.Diagnostic] {
    let read = await Workers.run { () -> Result<Policy, PolicyError> in
      do throws(PolicyError) { return .success(try Policy.read(text)) } catch { return .failure(error) }
    }
    switch read {
    case .failure(let error): return error.diagnostics.map { ControlError.Diagnostic($0) }
    case .success(let policy):
      do throws(StartupError) {
        try serve(policy)
        return []
      } catch { return [.init(path: "", message: error.description, file: nil, line: nil, column: nil)] }
    }
  }

  private func serve(_ policy: Policy) throws(StartupError) {
    if let plane { return try plane.apply(policy) }
    if let begin = onFirst {
      plane = try begin(policy)
      onFirst = nil
    }
  }

  private func save(_ text: [UInt8]) async {
    let (last, generation) = (last, generation)
    let problem = await Workers.run { () -> ReactorError? in
      do throws(ReactorError) { try last.write(text, generation: generation) } catch { return error }
      return nil
    }
    if let problem {
      log.warning("policy not saved for a start without the daemon", metadata: ["reason": "\(problem)"])
    }
  }

  /// The daemon cannot be reached at the start.
  private func beginWithLast() {
    guard let saved = last.read() else { return }
    do throws(StartupError) {
      try serve(saved.policy)
      generation = saved.generation
      log.warning("the daemon cannot be reached; the last policy is served", metadata: ["generation": "\(generation)"])
    } catch { log.error("the last policy cannot be served", metadata: ["reason": "\(error)"]) }
  }
}
