// Usage: the tokens one attempt cost, and how we know.

/// What an attempt consumed. Absent is not zero: a field a provider did not report stays nil.
public struct Usage: Hashable, Sendable {
  /// All prompt tokens, those read from the provider's cache included.
  public var input: TokenCount?
  public var output: TokenCount?
  /// As reported; providers may count more than input + output.
  public var reportedTotal: TokenCount?
  /// The part of `input` read from the provider's cache.
  public var cachedInput: TokenCount?
  /// The part of `input` written to the provider's cache, where the provider charges for that.
  public var cacheCreationInput: TokenCount?
  /// The part of `cacheCreationInput` that is kept longer than usual and costs more: Anthropic's hour, OpenAI's twelve.
  public var longCacheCreationInput: TokenCount?
  /// The part of `input` that is sound.
  public var audioInput: TokenCount?
  /// The part of `output` spent on reasoning.
  public var reasoning: TokenCount?
  /// The part of `output` that is sound.
  public var audioOutput: TokenCount?
  public var basis: Basis

  /// How the numbers came about.
  public enum Basis: String, Hashable, Sendable {
    /// The provider said so.
    case reported
    /// The provider said nothing, or was cut off: counted from what flowed.
    case estimated
  }

  public init(
    input: TokenCount? = nil, output: TokenCount? = nil, reportedTotal: TokenCount? = nil,
    cachedInput: TokenCount? = nil, cacheCreationInput: TokenCount? = nil, reasoning: TokenCount? = nil,
    basis: Basis = .reported
  ) {
    self.input = input
    self.output = output
    self.reportedTotal = reportedTotal
    self.cachedInput = cachedInput
    self.cacheCreationInput = cacheCreationInput
    self.reasoning = reasoning
    self.basis = basis
  }

  /// The reported total, else input + output.
  public var total: TokenCount { reportedTotal ?? (input ?? .zero) + (output ?? .zero) }
}

extension Usage {
  /// This report after a later one, which replaces what it names and leaves the rest.
  public func updated(by later: Usage) -> Usage {
    var merged = later
    merged.input = later.input ?? input
    merged.output = later.output ?? output
    merged.cachedInput = later.cachedInput ?? cachedInput
    merged.cacheCreationInput = later.cacheCreationInput ?? cacheCreationInput
    merged.longCacheCreationInput = later.longCacheCreationInput ?? longCacheCreationInput
    merged.audioInput = later.audioInput ?? audioInput
    merged.reasoning = later.reasoning ?? reasoning
    merged.audioOutput = later.audioOutput ?? audioOutput
    return merged
  }
}
