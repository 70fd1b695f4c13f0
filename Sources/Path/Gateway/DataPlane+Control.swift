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

/// Something that happened to a call, for those who watch. It names budgets, backends and numbers only.
public struct Notice: Sendable {
  public enum Kind: String, Sendable {
    case refusal
    case failover
  }

  public let at: WallTime
  public let kind: Kind
  /// The budget, or the backend that was given up on.
  public let subject: String
  public let message: String
  public let details: JSONValue
}

extension DataPlane {
  /// Every rule that decided one call, as the control socket tells it; nil for a call that is unknown or too long ago.
  public func explain(_ request: String) -> JSONValue? { traces.trace(of: request)?.json }

  /// The accounts of the budgets in force, at most a hundred of each.
  public func budgetReadings() -> [BudgetReading] { admission.readings(at: Self.wallTime()) }

  /// Prices in force, per million tokens as decimal strings: of one model, or all.
  public func prices(of model: String?) -> [JSONValue] { serving.prices.json(model: model, at: Self.wallTime()) }

  public func backendReadings() -> [BackendReading] { serving.backends.map(\.reading) }

  /// The policy in force.
  public var policy: Policy { serving.policy }

  /// Calls begun since the process started.
  public var callCount: Int { Int(clamping: requestCount) }

  public var openCallCount: Int { metrics.openExchanges }

  func tellRefused(_ refusal: Refusal, _ call: Call) {
    guard let onNotice else { return }
    onNotice(
      Notice(
        at: Self.wallTime(), kind: .refusal, subject: refusal.budget.text, message: refusal.message,
        details: .object([
          ("request", .string(call.id.description)), ("payer", .string(call.payerLabel)),
          ("model", .string(call.model?.text ?? "")),
        ])))
  }

  func tellFailedOver(from failure: Failure, to backend: BackendName, _ call: Call) {
    guard let onNotice else { return }
    onNotice(
      Notice(
        at: Self.wallTime(), kind: .failover, subject: failure.backend.text,
        message: "\(failure.backend): \(failure.reason); going on with \(backend)",
        details: .object([
          ("request", .string(call.id.description)), ("model", .string(call.model?.text ?? "")),
          ("from", .string(failure.backend.text)), ("to", .string(backend.text)),
          ("trigger", .string(failure.trigger?.rawValue ?? "")),
        ])))
  }
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
