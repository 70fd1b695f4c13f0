// Names: one type per kind of name, so that a backend is never passed where a model is meant.

/// A model as someone calls it: `gpt-4o` as the agent asks for it, or the name a backend is asked for.
public struct ModelName: Hashable, Sendable, CustomStringConvertible {
  public let text: String
  @inlinable public init(_ text: String) { self.text = text }
  @inlinable public var description: String { text }
}

/// A configured way to reach a provider: a key of `backends` in the policy.
public struct BackendName: Hashable, Sendable, CustomStringConvertible {
  public let text: String
  @inlinable public init(_ text: String) { self.text = text }
  @inlinable public var description: String { text }
}

/// A limit on spending: a key of `budgets` in the policy.
public struct BudgetName: Hashable, Sendable, CustomStringConvertible {
  public let text: String
  @inlinable public init(_ text: String) { self.text = text }
  @inlinable public var description: String { text }
}

/// One exchange, unique among all sidecars: shown to the agent as `x-ai-request-id`, written on every receipt.
public struct RequestID: Hashable, Sendable, CustomStringConvertible {
  public let high: UInt64
  public let low: UInt64

  @inlinable public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The request that `description` spells; nil for any other text.
  public init?(digits: String) {
    guard digits.utf8.count == 32, digits.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
      let high = UInt64(digits.prefix(16), radix: 16), let low = UInt64(digits.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  /// Thirty-two lower-case hexadecimal digits in ASCII.
  public var digits: InlineArray<32, UInt8> {
    InlineArray<32, UInt8> { index in
      let half = index < 16 ? high : low
      let digit = UInt8(truncatingIfNeeded: half &>> UInt64(60 - (index & 15) * 4)) & 15
      return digit < 10 ? digit &+ 48 : digit &+ 87
    }
  }

  /// The same as text.
  public var description: String {
    let digits = self.digits
    return String(decoding: digits.indices.map { digits[$0] }, as: UTF8.self)
  }
}
