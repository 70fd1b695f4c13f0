// DataPlane+Control: what whoever governs a sidecar may see of it and ask of it.

import Admission
import Exchange
import JSON
import Meters
import Policy
import Reactor
import Routing

/// A backend as it stands.
public struct BackendReading: Hashable, Sendable {
  public enum Circuit: String, Hashable, Sendable {
    case closed
    case open
    case halfOpen
  }

  public let name: BackendName
  public let provider: String
  public let baseURL: String
  public let isDrained: Bool
  public let circuit: Circuit
  /// Attempts since the policy in force began.
  public let calls: Int
  /// Those of them that another candidate had to make good, or nobody did.
  public let failures: Int
}

extension DataPlane {
  /// Every rule that decided one call, as the control socket tells it; nil for a call that is unknown or too long ago.
  public func explain(_ request: String) -> JSONValue? { traces.trace(of: request)?.json }

  /// The accounts of the budgets in force, at most a hundred of each.
  public func budgetReadings() -> [BudgetReading] { till.admission.readings(at: Self.wallTime()) }

  /// Prices in force, per million tokens as decimal strings: of one model, or all.
  public func prices(of model: String?) -> [JSONValue] { serving.prices.json(model: model, at: Self.wallTime()) }

  public func backendReadings() -> [BackendReading] { serving.backends.map(\.reading) }

  /// The policy in force.
  public var policy: Policy { serving.policy }

  /// Calls begun since the process started.
  public var callCount: Int { Int(clamping: requestCount) }

  public var openCallCount: Int { metrics.openExchanges }

  /// Set while somebody watches.
  public var onNotice: (@EventLoop (Notice) -> Void)? {
    get { news.onNotice }
    set { news.onNotice = newValue }
  }

  /// Accounts of these budgets on which something is spent, at most `countMax` in a step of `walk`. None of budgets that
  /// are shared: the daemon tells their alerts.
  public func readings(
    of budgets: Set<BudgetName>, walk: inout AccountWalk, atMost countMax: Int
  ) -> [BudgetReading] {
    till.admission.readings(of: budgets, at: Self.wallTime(), walk: &walk, atMost: countMax)
  }

  /// Counts an alert; `kind` is threshold or burn.
  public func countAlert(of budget: BudgetName, kind: String) { metrics.alerted(budget: budget.text, kind: kind) }

  // MARK: shared budgets

  /// About once a second: what was spent since, and credit that nobody has used for a while.
  public func lookAfterCredit() async { await till.lookAfterCredit() }

  /// The authority wants back what is not needed of these meters.
  public func recall(_ meters: [MeterName]) async { await till.recall(meters) }

  /// The authority has been reached again: it hears how every account stands.
  public func restateCredit() async { await till.restateCredit() }
}

extension LiveBackend {
  fileprivate var reading: BackendReading {
    let state: BackendReading.Circuit =
      switch circuit.state {
      case .closed: .closed
      case .open: .open
      case .halfOpen: .halfOpen
      }
    return BackendReading(
      name: name, provider: provider, baseURL: baseURL, isDrained: isDrained, circuit: state, calls: calls,
      failures: failures)
  }
}
