// Value+Comparison: which values are equal and which comes first (langdef.md, Equality and Ordering).

import Bytes

/// How two numbers stand to each other; a number that is none (NaN) stands to nothing.
enum Ordering {
  case before, same, after, none

  init<Number: Comparable>(_ left: Number, _ right: Number) {
    self = left < right ? .before : left == right ? .same : left > right ? .after : .none
  }
}

extension Value {
  /// Numbers of all three types stand on one line; texts and bytes are ordered byte by byte, which is the order of
  /// code points; false comes before true.
  /// - Returns: nil where the two have no order, whatever their values.
  func ordering(to other: Value) -> Ordering? {
    switch (self, other) {
    case (.int(let left), .int(let right)): Ordering(left, right)
    case (.uint(let left), .uint(let right)): Ordering(left, right)
    case (.double(let left), .double(let right)): Ordering(left, right)
    // An integer is compared with a double as the nearest double, which is what the conformance vectors expect.
    case (.int(let left), .double(let right)): Ordering(Double(left), right)
    case (.double(let left), .int(let right)): Ordering(left, Double(right))
    case (.uint(let left), .double(let right)): Ordering(Double(left), right)
    case (.double(let left), .uint(let right)): Ordering(left, Double(right))
    case (.int(let left), .uint(let right)): left < 0 ? .before : Ordering(UInt64(left), right)
    case (.uint(let left), .int(let right)): right < 0 ? .after : Ordering(left, UInt64(right))
    case (.string(let left), .string(let right)):
      left.isSameText(as: right) ? .same : left.utf8.lexicographicallyPrecedes(right.utf8) ? .before : .after
    case (.bytes(let left), .bytes(let right)):
      left == right ? .same : left.lexicographicallyPrecedes(right) ? .before : .after
    case (.bool(let left), .bool(let right)): Ordering(left ? 1 : 0, right ? 1 : 0)
    default: nil
    }
  }

  /// Equal as keys of a map; a value that cannot be a key is none's equal.
  func isSameKey(as other: Value) -> Bool {
    switch (self, other) {
    case (.string(let left), .string(let right)): left.isSameText(as: right)
    case (.bytes, .bytes): false
    default: ordering(to: other) == .same
    }
  }

  /// `bool`, `int`, `uint` and `string` can be keys (langdef.md, Aggregate Values).
  var canBeKey: Bool {
    switch self {
    case .bool, .int, .uint, .string: true
    case .null, .double, .bytes, .list, .map, .type: false
    }
  }
}

extension String {
  /// Code point by code point the same.
  func isSameText(as other: String) -> Bool { utf8.span.equals(other.utf8.span) }
}

extension Frame {
  /// Whether two values are equal; values of different types, numbers apart, are not. Charged as it goes: lists may
  /// hold the same list many times over.
  mutating func areEqual(_ left: Value, _ right: Value, at offset: Int) throws(Failure) -> Bool {
    switch (left, right) {
    case (.null, .null): return true
    case (.type(let left), .type(let right)): return left == right
    case (.list(let left), .list(let right)):
      if left.count != right.count { return false }
      for (one, other) in zip(left, right) {
        try charge(1, at: offset)
        if try !areEqual(one, other, at: offset) { return false }
      }
      return true
    case (.map(let left), .map(let right)):
      if left.entries.count != right.entries.count { return false }
      for entry in left.entries {
        try charge(1 + right.entries.count, at: offset)
        guard let other = right[entry.key], try areEqual(entry.value, other, at: offset) else { return false }
      }
      return true
    case (.string(let one), .string(let other)):
      try charge(bytes: one.utf8.count, at: offset)
      return one.isSameText(as: other)
    default: return left.ordering(to: right) == .same
    }
  }
}
