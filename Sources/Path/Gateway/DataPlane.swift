// DataPlane: what the exchanges of one sidecar share: the policy in force, the budgets, the books and the counters.

import Admission
import Exchange
import Identity
import Ledger
import Listener
import Logging
import Metering
import Policy
import Reactor
import Telemetry

/// One per process. All of it lives on the event loop.
@EventLoop
public final class DataPlane {
  var admission: Admission
  let estimates = InputEstimate()
  let books: Books
  /// Set when budgets are shared; else the own ledger pays.
  let credit: (any CreditSource)?
  let metrics = Metrics()
  let log: Logger
  var random = SplitMix()
  var traces = Traces()
  let line = WaitingCalls()
  var loops = Loops()
  /// Replies being read although their agents have gone.
  var drains = 0
  private(set) var serving: Serving
  private let environment: [String: String]
  private let pod: PodIdentity
  private var listener: AgentListener?
  private(set) var requestCount: UInt64 = 0
  private let processID: UInt64
  /// Set while somebody watches.
  public var onNotice: (@EventLoop (Notice) -> Void)?
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
    self.credit = credit
    admission = Admission(rules: serving.rules, funding: credit == nil ? .own : .shared)
    admission.restore(marks: marks, at: now)
    books = Books(ledger, metrics: metrics, log: log)
    books.tell(setAside: ledger.setAside)
    metrics.policyGeneration = 1
    keepLossRules(of: policy)
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

  /// Replaces the policy in force. New calls use the new one, calls on their way finish under the old one; on a throw
  /// the old one stays.
  public func apply(_ policy: Policy) throws(StartupError) {
    if let address { try Self.refuseLoop(of: policy, at: address) }
    let now = Self.wallTime()
    let log = log
    let next = try Serving(policy, environment: environment, pod: pod, metrics: metrics, at: now) { backend, problem in
      Self.logSecret(backend, problem, log)
    }
    admission.replace(rules: next.rules, at: now)
    serving.close()
    serving = next
    keepLossRules(of: policy)
    loops.follow(policy.loopBreaker)
    metrics.policyGeneration += 1
    log.info("policy applied", metadata: ["generation": "\(metrics.policyGeneration)"])
  }

  /// What would keep `policy` from being served although it is valid: a secret that is not there, say.
  public func obstacles(to policy: Policy) -> [Diagnostic] {
    do throws(StartupError) {
      try Serving(policy, environment: environment, pod: pod, metrics: metrics, at: Self.wallTime()) { _, _ in }.close()
      if let address { try Self.refuseLoop(of: policy, at: address) }
      return []
    } catch { return [Diagnostic(file: "policy", position: nil, path: "", message: error.description)] }
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
    await listener?.drain(graceMs: graceMs)
    serving.close()
    await returnCredit()
    await books.finish(credit == nil ? admission.marks(at: Self.wallTime()) : [])
  }

  /// Closes the ledger, after `drain`.
  public func close() async { await books.close() }

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

/// A small generator for weights and identifiers, seeded from the system (Steele, Lea, Flood: SplitMix64).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  init() {
    var system = SystemRandomNumberGenerator()
    self.init(seed: system.next())
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed &>> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed &>> 31)
  }
}
