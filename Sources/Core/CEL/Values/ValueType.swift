// ValueType: what is known of a value before the expression runs.

/// A type as the checker knows it: finer than the kind of a value, for lists and maps say what they hold, and coarser,
/// for `dyn` may be anything (langdef.md, Gradual Type Checking).
public indirect enum ValueType: Hashable, Sendable, CustomStringConvertible {
  case null, bool, int, uint, double, string, bytes, type
  case list(ValueType)
  case map(key: ValueType, value: ValueType)
  /// Known when the expression runs.
  case dynamic

  /// What the kind alone says.
  init(_ kind: ValueKind) {
    self =
      switch kind {
      case .null: .null
      case .bool: .bool
      case .int: .int
      case .uint: .uint
      case .double: .double
      case .string: .string
      case .bytes: .bytes
      case .type: .type
      case .list: .list(.dynamic)
      case .map: .map(key: .dynamic, value: .dynamic)
      }
  }

  public var description: String {
    switch self {
    case .list(let element): "list(\(element))"
    case .map(let key, let value): "map(\(key), \(value))"
    case .dynamic: "dyn"
    case .null, .bool, .int, .uint, .double, .string, .bytes, .type: kind?.description ?? ""
    }
  }

  /// The kind that values of this type have; nil for `dyn`.
  var kind: ValueKind? {
    switch self {
    case .null: .null
    case .bool: .bool
    case .int: .int
    case .uint: .uint
    case .double: .double
    case .string: .string
    case .bytes: .bytes
    case .type: .type
    case .list: .list
    case .map: .map
    case .dynamic: nil
    }
  }

  var isNumber: Bool { self == .int || self == .uint || self == .double }

  /// The type of something that may be of this or of the other type, or nil if nothing can be both.
  func joined(with other: ValueType) -> ValueType? {
    switch (self, other) {
    case (.dynamic, _), (_, .dynamic): return .dynamic
    case (.list(let left), .list(let right)): return left.joined(with: right).map { .list($0) }
    case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
      guard let key = leftKey.joined(with: rightKey), let value = leftValue.joined(with: rightValue) else { return nil }
      return .map(key: key, value: value)
    default: return self == other ? self : nil
    }
  }

  /// A value of this type may be used where the other is wanted, for all that is known.
  func mayBe(_ other: ValueType) -> Bool { joined(with: other) != nil }
}
