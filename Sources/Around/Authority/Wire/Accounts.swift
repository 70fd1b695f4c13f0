// Accounts: what GetBudgets, GetBackends and GetSidecars tell of what is governed.

import Exchange
import JSON

/// One account of one budget: the type Budget of the interface.
public struct BudgetAccount: Hashable, Sendable {
  public var name: BudgetName
  /// What it matches and is split by: `user=alice, model=gpt-4o`; empty for all calls.
  public var scope: String
  /// totalTokens, requests, usd: what the amounts count; dollars are nano-dollars.
  public var unit: String
  /// What a call counts where the unit is cost: an expression, or the weights of the budget.
  public var cost: String?
  public var limit: Int64
  public var used: Int64
  /// Held by open calls and leases.
  public var reserved: Int64
  /// minute, hour, day: over which time the limit holds.
  public var period: String
  public var resetsAt: WallTime
  public var isShadow: Bool

  public init(
    name: BudgetName, scope: String, unit: String, cost: String? = nil, limit: Int64, used: Int64, reserved: Int64,
    period: String,
    resetsAt: WallTime, isShadow: Bool
  ) {
    self.name = name
    self.scope = scope
    self.unit = unit
    self.cost = cost
    self.limit = limit
    self.used = used
    self.reserved = reserved
    self.period = period
    self.resetsAt = resetsAt
    self.isShadow = isShadow
  }

  /// What may still be spent; never below 0.
  public var left: Int64 { max(0, saturatingSum(limit, -saturatingSum(used, reserved))) }

  var json: JSONValue {
    .present([
      ("name", .string(name.text)), ("scope", .string(scope)), ("unit", .string(unit)), ("cost", .text(cost)),
      ("limit", .integer(limit)), ("used", .integer(used)), ("reserved", .integer(reserved)), ("left", .integer(left)),
      ("period", .string(period)), ("resetsAt", .integer(resetsAt.milliseconds)), ("shadow", .bool(isShadow)),
    ])
  }
}

/// One backend as it stands, over all sidecars: the type Backend of the interface.
public struct BackendAccount: Hashable, Sendable {
  public var name: BackendName
  public var provider: String
  public var baseURL: String
  public var isDrained: Bool
  /// The worst of all sidecars.
  public var circuit: CircuitState
  public var calls: Int64
  public var failures: Int64

  public init(
    name: BackendName, provider: String, baseURL: String, isDrained: Bool, circuit: CircuitState, calls: Int64,
    failures: Int64
  ) {
    self.name = name
    self.provider = provider
    self.baseURL = baseURL
    self.isDrained = isDrained
    self.circuit = circuit
    self.calls = calls
    self.failures = failures
  }

  var json: JSONValue {
    [
      "name": .string(name.text), "provider": .string(provider), "baseURL": .string(baseURL),
      "drained": .bool(isDrained), "circuit": .string(circuit.rawValue), "calls": .integer(calls),
      "failures": .integer(failures),
    ]
  }
}

/// A sidecar as it last reported itself: the type Sidecar of the interface.
public struct SidecarAccount: Hashable, Sendable {
  public enum State: String, CaseIterable, Hashable, Sendable {
    /// It serves the newest generation.
    case current
    /// It has not answered yet.
    case behind
    /// It keeps an older one, and said why.
    case refused
    case gone
  }

  public var identity: SidecarIdentity
  public var pid: Int64
  public var uid: Int64
  public var generation: Generation
  public var state: State
  public var connectedAt: WallTime
  public var calls: Int64
  public var openCalls: Int64
  public var residentBytes: Int64

  public init(
    identity: SidecarIdentity, pid: Int64, uid: Int64, generation: Generation, state: State, connectedAt: WallTime,
    calls: Int64, openCalls: Int64, residentBytes: Int64
  ) {
    self.identity = identity
    self.pid = pid
    self.uid = uid
    self.generation = generation
    self.state = state
    self.connectedAt = connectedAt
    self.calls = calls
    self.openCalls = openCalls
    self.residentBytes = residentBytes
  }

  var json: JSONValue {
    [
      "name": .string(identity.name), "holder": .string(identity.holder.text), "version": .string(identity.version),
      "pid": .integer(pid), "uid": .integer(uid), "generation": .integer(generation.number),
      "state": .string(state.rawValue), "connectedAt": .integer(connectedAt.milliseconds), "calls": .integer(calls),
      "openCalls": .integer(openCalls), "residentBytes": .integer(residentBytes),
    ]
  }
}
