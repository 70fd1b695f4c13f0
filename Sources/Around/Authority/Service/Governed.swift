// Governed: what stands behind the control socket: the sidecars of a node, or the one sidecar that hosts it.

import Exchange
import JSON
import Policy
import Reactor

/// What `Governor` asks of whatever it governs. Everything is answered from memory, but for `distribute` and `explain`.
@EventLoop
public protocol Governed: AnyObject {
  /// What would keep `policy` from being served although it is valid, as diagnostics; nothing of it may be brought into
  /// force yet. Asked before a change is accepted: what is made ready to find out is kept for `distribute`, or until
  /// `gaveUp`.
  func obstacles(to policy: Policy) -> [Diagnostic]

  /// The policy that was asked about is not brought into force after all.
  func gaveUp()

  /// Brings an accepted policy into force. Answers how each sidecar took it, once all have said so or `timeoutMs` have
  /// passed.
  func distribute(_ version: PolicyVersion, timeoutMs: Int64) async -> [Acknowledgement]

  /// The accounts of one budget, or of all.
  func budgetAccounts(of name: BudgetName?) -> [BudgetAccount]

  /// The circuits and counts of the backends of the policy in force, by name.
  func backendStatuses() -> [BackendName: SidecarStatus.Backend]

  func sidecarAccounts() -> [SidecarAccount]

  /// Prices in force, per million tokens as decimal strings: of one model, or all.
  func prices(of model: String?) -> [JSONValue]

  /// Why a call went the way it did; nil where nobody knows.
  func explain(_ request: String) async -> JSONValue?

  /// What operators should know of, besides what is wrong with the policy.
  var warnings: [String] { get }
}

extension Governed {
  public func obstacles(to policy: Policy) -> [Diagnostic] { [] }
  public func gaveUp() {}
  public var warnings: [String] { [] }
}
