// Condition+Selector: what a policy asks of a call, in the words of those who look at calls.

import Meters

extension BudgetRule.Selector {
  /// A pattern becomes a dimension of its own: whoever tells a call's values compiles it once.
  public init(_ condition: Policy.Condition) {
    let dimension = BudgetRule.Dimension(condition.dimension)
    switch condition.test {
    case .equals(let value): self.init(dimension, .equals(value))
    case .startsWith(let beginning): self.init(dimension, .startsWith(beginning))
    case .regex(let pattern): self.init(.pattern(pattern, of: dimension), .isPresent(true))
    case .present(let flag): self.init(dimension, .isPresent(flag))
    }
  }
}

extension BudgetRule.Dimension {
  public init(_ dimension: Policy.Dimension) {
    switch dimension {
    case .user: self = .user
    case .team: self = .team
    case .tenant: self = .tenant
    case .pod: self = .pod
    case .namespace: self = .namespace
    case .serviceAccount: self = .serviceAccount
    case .model: self = .model
    case .backend: self = .backend
    case .path: self = .path
    case .header(let name): self = .header(name)
    }
  }
}
