// DataPlane: what the exchanges of one sidecar share: the policy in force, the budgets, the books and the counters.

import Admission
import Exchange
import Identity
import Ledger
import Listener
import Logging
import Metering
import Meters
import Policy
import Reactor
import Telemetry

/// One per process. All of it lives on the event loop.
@EventLoop
public final class DataPlane {
  let till: Till
  let news: News
  let metrics = Metrics()
  let log: Logger
  var random = SplitMix()
  var traces = Traces()
  var loops = Loops()
  /// Replies being read although their agents have gone.
  var drains = 0
  private(set) var serving: Serving
  /// Made ready from a policy that was checked, for when it comes into force.
  private(set) var prepared: (policy: Policy, serving: Serving)?
  private let environment: [String: String]
  private let pod: PodIdentity
  private var listener: AgentListener?
  private(set) var requestCount: UInt64 = 0
  private let processID: UInt64
  /// Refused while true: the process is about to end.
  private(set) var isDraining = false

  /// Brings `policy` into force with the spend that `ledger` remembers, or with what `credit` grants where it is given. Throws when a secret is missing or the ledger
  /// cannot be read.
  public init(
    _ policy: Policy, ledger: Ledger, credit: (any CreditSource)? = nil, environment: [String: String], log: Logger
  ) throws(StartupError) {
    let now = Self.wallTime()
    self.environment = environment
    let pod = PodIdentity(environment)
    self.pod = pod
    self.log = log
    processID = random.next()
    // The books come last: until then nothing is open that a throw would have to close.
    let marks: [MeterMark]
    do throws(LedgerError) { marks = credit == nil ? try ledger.marks() : [] } catch {
      throw StartupError(error.description)
    }
    serving = try Serving(policy, environment: environment, pod: pod, metrics: metrics, at: now) { backend, problem in
      Self.logSecret(backend, problem, log)
    }
    news = News(metrics: metrics, log: log)
    till = Till(serving, ledger: ledger, marks: marks, credit: credit, news: news, at: now)
    metrics.policyGeneration = 1
    loops.follow(policy.loopBreaker)
  }

  /// Starts to accept agents on `address`. Throws when the address cannot be had.
  public func listen(on address: SocketAddress) throws(ReactorError) -> SocketAddress {
    let listener = try AgentListener(
      on: address, access: Self.access, limits: { [unowned self] in serving.connectionLimits },
      serve: { [unowned self] in await serve($0) })
    self.listener = listener
    return listener.address
  }

  /// An agent runs as another user than its sidecar. Every user of the machine may connect, as to a port of loopback:
  /// who may not is kept out by the socket's folder. Each pays for itself, for the kernel says who it is.
  private static let access = SocketAccess(mode: 0o666, folderMode: 0o755)

  /// Where agents connect; nil before `listen`.
  public var address: SocketAddress? { listener?.address }

  /// Makes ready all that `policy` needs, to be brought into force by `apply`; what was made ready before is given up. Throws
  /// what keeps it from being served although it is valid: a secret that is not there, say.
  public func prepare(_ policy: Policy) throws(StartupError) {
    forgetPrepared()
    if let address { try Self.refuseLoop(of: policy, at: address) }
    let log = log
    let next = try Serving(
      policy, environment: environment, pod: pod, metrics: metrics, at: Self.wallTime()
    ) { backend, problem in
      Self.logSecret(backend, problem, log)
    }
    prepared = (policy, next)
  }

  /// What was prepared is not brought into force after all.
  public func forgetPrepared() {
    prepared?.serving.close()
    prepared = nil
  }

  /// Replaces the policy in force. New calls use the new one, calls on their way finish under the old one; on a throw
  /// the old one stays. A policy that was not prepared is now.
  public func apply(_ policy: Policy) throws(StartupError) {
    if prepared?.policy != policy { try prepare(policy) }
    guard let next = prepared?.serving else { preconditionFailure("a policy that was prepared is kept") }
    prepared = nil
    till.follow(next, at: Self.wallTime())
    serving.close()
    serving = next
    loops.follow(policy.loopBreaker)
    metrics.policyGeneration += 1
    log.info("policy applied", metadata: ["generation": "\(metrics.policyGeneration)"])
  }

  /// A backend that leads back here would be asked again and again. Throws, naming it.
  public static func refuseLoop(of policy: Policy, at address: SocketAddress) throws(StartupError) {
    guard address.kind != .path, let first = policy.backends(leadingTo: address.host, port: address.port).first else {
      return
    }
    throw StartupError(
      "backends.\(first.name): baseURL \(first.baseURL) leads back to this gateway, which listens on \(address)")
  }

  /// Counts a policy that was not applied and says why.
  public func refused(policy problem: String) {
    metrics.policyRefusals += 1
    log.error("policy refused, the old one stays in force", metadata: ["reason": "\(problem)"])
  }

  /// Accepts no more, lets the exchanges under way finish for at most `graceMs`, writes everything down.
  public func drain(graceMs: Int64) async {
    isDraining = true
    till.isClosing = true
    await listener?.drain(graceMs: graceMs)
    serving.close()
    forgetPrepared()
    await till.close()
  }

  /// Closes the ledger, after `drain`.
  public func close() async { await till.books.close() }

  func nextID() -> RequestID {
    requestCount &+= 1
    return RequestID(high: processID, low: requestCount)
  }

  nonisolated static func wallTime() -> WallTime { WallTime(milliseconds: EventLoop.wallMilliseconds) }

  private static func logSecret(_ backend: BackendName, _ problem: String?, _ log: Logger) {
    if let problem {
      log.warning(
        "secret not renewed, the last good one is used while it is valid",
        metadata: ["backend": "\(backend)", "reason": "\(problem)"])
    } else {
      log.info("secret renewed", metadata: ["backend": "\(backend)"])
    }
  }
}
