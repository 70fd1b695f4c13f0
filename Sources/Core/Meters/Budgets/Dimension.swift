// Dimension: what can be known of a call that decides which budgets it counts on.

extension BudgetRule {
  /// What splits a budget (`per`) or decides whether it applies (`match`).
  public enum Dimension: Hashable, Sendable, CustomStringConvertible {
    /// Who pays, as the identity of the call says.
    case user
    case team
    case tenant
    /// Where the agent runs.
    case pod
    case namespace
    case serviceAccount
    /// The model the agent asked for.
    case model
    /// The backend an attempt goes to.
    case backend
    /// The path of the request.
    case path
    /// A request header, its name in lower case.
    case header(String)
    /// Whether a pattern is found in another dimension: it has a value where it is, and none where it is not. Whoever
    /// tells a call's values owns the patterns.
    indirect case pattern(String, of: Dimension)

    public var description: String {
      switch self {
      case .user: "user"
      case .team: "team"
      case .tenant: "tenant"
      case .pod: "pod"
      case .namespace: "namespace"
      case .serviceAccount: "serviceAccount"
      case .model: "model"
      case .backend: "backend"
      case .path: "path"
      case .header(let name): "header:" + name
      case .pattern(let pattern, let dimension): "\(dimension)~/\(pattern)/"
      }
    }
  }

  /// A condition of `match`, or a part of the scope a refusal names.
  public struct Selector: Hashable, Sendable {
    public enum Test: Hashable, Sendable {
      case equals(String)
      case startsWith(String)
      case isPresent(Bool)
    }

    public var dimension: Dimension
    public var test: Test

    public init(_ dimension: Dimension, _ test: Test) {
      self.dimension = dimension
      self.test = test
    }

    public init(_ dimension: Dimension, _ value: String) { self.init(dimension, .equals(value)) }

    /// `gpt-4o`, or `gpt-*` where it is a beginning.
    public var text: String {
      switch test {
      case .equals(let value): value
      case .startsWith(let beginning): beginning + "*"
      case .isPresent(let flag): flag ? "present" : "absent"
      }
    }

    /// The one value it matches.
    public var exactValue: String? {
      if case .equals(let value) = test { value } else { nil }
    }

    public func matches(_ value: String?) -> Bool {
      switch test {
      case .equals(let wanted): value == wanted
      case .startsWith(let beginning): value?.utf8.starts(with: beginning.utf8) ?? false
      case .isPresent(let flag): (value != nil) == flag
      }
    }
  }
}
