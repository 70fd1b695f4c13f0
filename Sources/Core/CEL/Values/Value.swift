// Value: what expressions compute with.

/// A value of the language, with its type (langdef.md, Values). Messages, timestamps and durations do not exist here.
public enum Value: Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  case double(Double)
  /// Compared code point by code point: Swift's `==`, which takes different spellings of `é` for equal, is never used.
  case string(String)
  case bytes([UInt8])
  case list([Value])
  case map(ValueMap)
  /// What `type(x)` is: a type as a value.
  case type(ValueKind)

  public var kind: ValueKind {
    switch self {
    case .null: .null
    case .bool: .bool
    case .int: .int
    case .uint: .uint
    case .double: .double
    case .string: .string
    case .bytes: .bytes
    case .list: .list
    case .map: .map
    case .type: .type
    }
  }
}

/// The types that values have when an expression runs, by their names in the language.
public enum ValueKind: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  case null = "null_type"
  case bool, int, uint, double, string, bytes, list, map, type

  public var description: String { rawValue }
}

/// A map in the order in which it was written. Looking a key up walks the entries, and is charged for: the maps of
/// expressions are a dozen headers or a short table, where walking is faster than hashing.
public struct ValueMap: Sendable {
  public struct Entry: Sendable {
    public let key: Value
    public let value: Value
  }

  public private(set) var entries: [Entry] = []

  public init() {}

  /// A map of texts, such as the headers of a request; of two equal names the first counts.
  public init(_ texts: [(key: String, value: String)]) {
    for text in texts { _ = insert(.string(text.key), .string(text.value)) }
  }

  /// - Returns: false, and nothing is inserted, when the key is there already.
  mutating func insert(_ key: Value, _ value: Value) -> Bool {
    if self[key] != nil { return false }
    entries.append(Entry(key: key, value: value))
    return true
  }

  /// The value of a key; numbers of different types that are equal are one key.
  subscript(_ key: Value) -> Value? {
    for entry in entries where entry.key.isSameKey(as: key) { return entry.value }
    return nil
  }
}
