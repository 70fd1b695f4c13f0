// LeaseNames: who holds leases, and of what.

/// Who spends leased credit: one sidecar process, for the whole of its life and never again.
public struct HolderName: Hashable, Sendable, CustomStringConvertible {
  public let text: String
  @inlinable public init(_ text: String) { self.text = text }
  @inlinable public var description: String { text }
}

/// One meter of one budget, across processes and policies: its budget, what is counted and how (see `MeterMark`), and
/// whose it is.
public struct MeterName: Hashable, Sendable, CustomStringConvertible {
  public var budget: BudgetName
  public var measure: String
  public var key: String

  public init(budget: BudgetName, measure: String, key: String) {
    self.budget = budget
    self.measure = measure
    self.key = key
  }

  public init(_ mark: MeterMark) { self.init(budget: mark.budget, measure: mark.measure, key: mark.key) }

  public var description: String { key.isEmpty ? budget.text : "\(budget.text) (\(key))" }
}
